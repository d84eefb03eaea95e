/** {@code secmem-agent selftest}: what the agent promises, tried on the user's own machine. */
package dev.secmem.app.selftest;
