package dev.secmem.transport.uds;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.transport.uds.client.UdsClient;
import dev.secmem.transport.uds.server.UdsServer;

/** Makes servers and clients on Unix stream sockets. */
public final class UdsTransportProvider implements TransportProvider {

  /** For ServiceLoader, and for programs that name this transport themselves. */
  public UdsTransportProvider() {}

  @Override
  public String name() {
    return "uds";
  }

  @Override
  public Availability availability() {
    String system = System.getProperty("os.name", "");
    return system.equals("Linux")
        ? Availability.available()
        : Availability.unavailable("Linux is needed, this is " + system);
  }

  @Override
  public TransportServer listen(ServerOptions options) throws PluginException {
    return UdsServer.listen(options);
  }

  @Override
  public SecretClient connect(ClientOptions options) throws SecretClientException {
    return UdsClient.connect(options);
  }
}
