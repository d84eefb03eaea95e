/**
 * Who a peer is: {@link dev.secmem.api.identity.Peer} and {@link
 * dev.secmem.api.identity.Authenticator}.
 */
package dev.secmem.api.identity;
