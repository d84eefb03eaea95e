/** The transport over Unix sockets: {@link dev.secmem.transport.uds.UdsTransportProvider}. */
package dev.secmem.transport.uds;
