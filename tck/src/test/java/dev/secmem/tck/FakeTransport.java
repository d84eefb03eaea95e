package dev.secmem.tck;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.api.transport.TransportServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A transport within the process that keeps every rule but the one it is told to break. */
final class FakeTransport implements TransportProvider {
  private static final Map<String, FakeServer> SERVERS = new ConcurrentHashMap<>();
  private static final Map<Integer, String> GIVEN = new ConcurrentHashMap<>();

  private final String broken;

  FakeTransport(String broken) {
    this.broken = broken;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Availability availability() {
    return Availability.available();
  }

  /** What stands for a descriptor on which somebody listens at an address. */
  static int give(String address) {
    int descriptor = GIVEN.size() + 3;
    GIVEN.put(descriptor, address);
    return descriptor;
  }

  private TransportServer inherit(ServerOptions options) throws PluginException {
    String address = GIVEN.get(options.inherited());
    boolean other = options.address() != null && !options.address().equals(address);
    if (other && !broken.equals("TR-22")) {
      throw new PluginException(PluginException.Reason.UNAVAILABLE, "elsewhere");
    }
    Map<String, FakeServer> stays =
        broken.equals("TR-21") ? SERVERS : new ConcurrentHashMap<String, FakeServer>();
    FakeServer server = new FakeServer(address, broken, stays);
    SERVERS.put(address, server);
    return server;
  }

  @Override
  public TransportServer listen(ServerOptions options) throws PluginException {
    if (options.inherited() != -1) {
      return inherit(options);
    }
    FakeServer server = new FakeServer(options.address(), broken, SERVERS);
    if (broken.equals("TR-04")) {
      SERVERS.put(options.address(), server);
    } else if (SERVERS.putIfAbsent(options.address(), server) != null) {
      throw new PluginException(PluginException.Reason.UNAVAILABLE, "taken");
    }
    return server;
  }

  @Override
  public SecretClient connect(ClientOptions options) throws SecretClientException {
    FakeServer server = SERVERS.get(options.address());
    if (server == null) {
      throw new SecretClientException(SecretClientException.Reason.NO_AGENT, "nobody", null);
    }
    return new FakeClient(server.connect(), broken);
  }
}
