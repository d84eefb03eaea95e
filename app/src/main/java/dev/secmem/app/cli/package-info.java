/** What {@code secmem-agent} and {@code secmemctl} have in common as commands. */
package dev.secmem.app.cli;
