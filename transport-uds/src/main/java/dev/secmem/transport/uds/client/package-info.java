/** The client, on system calls only. */
package dev.secmem.transport.uds.client;
