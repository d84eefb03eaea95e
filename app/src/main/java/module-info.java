/**
 * The programs {@code secmem-agent} and {@code secmemctl}.
 *
 * <p>Names no plugin: stores, ciphers, transports and authenticators come from whatever modules are
 * there.
 *
 * @uses dev.secmem.api.transport.TransportProvider how secmemctl reaches an agent, and the agent
 *     its clients
 */
module dev.secmem.app {
  requires dev.secmem.api;
  requires dev.secmem.linux;
  requires info.picocli;

  uses dev.secmem.api.transport.TransportProvider;
}
