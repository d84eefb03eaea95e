/** The server: one thread for each connection, a recvmsg and a sendmsg for each request. */
package dev.secmem.transport.uds.server;
