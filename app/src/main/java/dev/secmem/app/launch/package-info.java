/** What the launcher scripts and {@code secmem-agent -- COMMAND} have to do with each other. */
package dev.secmem.app.launch;
