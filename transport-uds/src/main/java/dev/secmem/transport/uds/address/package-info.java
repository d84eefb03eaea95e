/** Where the socket is, and how a server takes a path safely. */
package dev.secmem.transport.uds.address;
