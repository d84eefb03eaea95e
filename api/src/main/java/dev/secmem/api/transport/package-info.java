/**
 * Carrying requests and replies: {@link dev.secmem.api.transport.TransportServer} and its provider.
 */
package dev.secmem.api.transport;
