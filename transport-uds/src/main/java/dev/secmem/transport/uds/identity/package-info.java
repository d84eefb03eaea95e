/** Who connected, as the kernel says, and the judges of it. */
package dev.secmem.transport.uds.identity;
