/** {@code secmem-agent}: the process around the engine. */
package dev.secmem.app.agent;
