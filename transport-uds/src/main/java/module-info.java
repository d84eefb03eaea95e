/**
 * A Unix stream socket that carries requests and sealed descriptors, and what the kernel says of
 * who connected it.
 *
 * <p>junixsocket binds, listens and owns the listening socket; accepting, receiving and sending go
 * straight to the kernel through {@code dev.secmem.linux}. A client never loads junixsocket.
 *
 * @provides dev.secmem.api.transport.TransportProvider named {@code uds}
 * @provides dev.secmem.api.identity.AuthenticatorProvider named {@code peercred} (grants {@code
 *     uid:N}) and {@code groups} (grants {@code gid:N})
 */
module dev.secmem.transport.uds {
  requires transitive dev.secmem.api;
  requires dev.secmem.linux;
  requires org.newsclub.net.unix;
  // Nobody else requires the jar with junixsocket's native library.
  requires com.kohlschutter.junixsocket.nativecommon;

  exports dev.secmem.transport.uds;

  provides dev.secmem.api.transport.TransportProvider with
      dev.secmem.transport.uds.UdsTransportProvider;
  provides dev.secmem.api.identity.AuthenticatorProvider with
      dev.secmem.transport.uds.identity.PeercredAuthenticatorProvider,
      dev.secmem.transport.uds.identity.GroupsAuthenticatorProvider;
}
