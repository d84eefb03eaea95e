package dev.secmem.tck;

import dev.secmem.api.Verb;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.api.transport.TransportServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server within the process: a thread for each connection. */
final class FakeServer implements TransportServer {
  private final String address;
  private final String broken;
  private final Map<String, FakeServer> servers;
  private final CompletableFuture<RequestHandler> handler = new CompletableFuture<>();
  private final List<FakeConnection> connections = new CopyOnWriteArrayList<>();

  FakeServer(String address, String broken, Map<String, FakeServer> servers) {
    this.address = address;
    this.broken = broken;
    this.servers = servers;
  }

  FakeConnection connect() throws SecretClientException {
    if (broken.equals("TR-03") && !handler.isDone()) {
      throw new SecretClientException(SecretClientException.Reason.NO_AGENT, "too early", null);
    }
    FakeConnection connection = new FakeConnection(handler, broken);
    connections.add(connection);
    connection.start();
    return connection;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public List<String> warnings() {
    return List.of();
  }

  @Override
  public void start(RequestHandler serving) {
    handler.complete(serving);
  }

  @Override
  public AddressCheck checkAddress(long timeoutMillis) {
    if (broken.equals("TR-23")) {
      return new AddressCheck(AddressCheck.State.HELD, "");
    }
    FakeConnection connection = new FakeConnection(handler, broken);
    connection.start();
    try {
      FakeExchange hello = new FakeExchange(Verb.HELLO, new String[0], null, broken);
      connection.send(hello);
      hello.answer.get(timeoutMillis, TimeUnit.MILLISECONDS);
      return new AddressCheck(AddressCheck.State.HELD, "");
    } catch (ExecutionException | TimeoutException e) {
      return new AddressCheck(AddressCheck.State.SILENT, "no answer");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      connection.end();
    }
  }

  @Override
  public void close() {
    if (!broken.equals("TR-01")) {
      servers.remove(address, this);
    }
    connections.forEach(FakeConnection::end);
    for (FakeConnection connection : connections) {
      connection.awaitEnd();
    }
  }
}
