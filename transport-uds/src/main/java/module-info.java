/**
 * A Unix stream socket that carries requests and sealed descriptors, and what the kernel says of
 * who connected it.
 *
 * <p>All of it is system calls of {@code dev.secmem.linux}. junixsocket, which this was meant to
 * stand on, opens every socket file it binds to everybody (chmod 0666), and costs 10 MiB and 200
 * ms.
 *
 * @provides dev.secmem.api.transport.TransportProvider named {@code uds}
 * @provides dev.secmem.api.identity.AuthenticatorProvider named {@code peercred} (grants {@code
 *     uid:N}), {@code groups} ({@code gid:N}), {@code session}, {@code exe} ({@code exe:PATH}) and
 *     {@code unit} ({@code unit:NAME})
 */
module dev.secmem.transport.uds {
  requires transitive dev.secmem.api;
  requires dev.secmem.linux;

  exports dev.secmem.transport.uds;

  provides dev.secmem.api.transport.TransportProvider with
      dev.secmem.transport.uds.UdsTransportProvider;
  provides dev.secmem.api.identity.AuthenticatorProvider with
      dev.secmem.transport.uds.identity.PeercredAuthenticatorProvider,
      dev.secmem.transport.uds.identity.GroupsAuthenticatorProvider,
      dev.secmem.transport.uds.identity.SessionAuthenticatorProvider,
      dev.secmem.transport.uds.identity.ExecutableAuthenticatorProvider,
      dev.secmem.transport.uds.identity.UnitAuthenticatorProvider;
}
