package dev.secmem.tck;

import dev.secmem.api.Verb;
import dev.secmem.api.client.KeyClient;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;

/** A client within the process. */
final class FakeClient implements SecretClient {
  private final FakeConnection connection;
  private final String broken;
  private boolean closed;
  private FakeExchange shared;

  FakeClient(FakeConnection connection, String broken) {
    this.connection = connection;
    this.broken = broken;
  }

  @Override
  public long put(String name, ByteBuffer value, PutOptions options) throws SecretClientException {
    byte[] body = new byte[value.remaining()];
    value.get(value.position(), body);
    if (broken.equals("TR-18")) {
      value.position(value.limit());
    }
    String[] arguments = (name + " " + options.wire()).split(" ");
    return number(ask(new FakeExchange(Verb.PUT, arguments, body, broken)), "version");
  }

  @Override
  public Delivery get(String name, OptionalLong ownerUid) throws SecretClientException {
    FakeExchange.Answer answer = ask(exchange(Verb.GET, name));
    SecretInfo info =
        new SecretInfo(
            name,
            number(answer, "owner"),
            number(answer, "version"),
            number(answer, "ttl_ms"),
            number(answer, "size"),
            0,
            OptionalLong.empty(),
            "",
            "");
    return new HeapDelivery(answer.delivery(), info);
  }

  @Override
  public SecretInfo stat(String name, OptionalLong ownerUid) throws SecretClientException {
    throw new AssertionError("not part of the contract");
  }

  @Override
  public long touch(String name, OptionalLong ttlMillis) throws SecretClientException {
    String ttl = ttlMillis.isPresent() ? "" + ttlMillis.getAsLong() : "-";
    return number(ask(exchange(Verb.TOUCH, name, ttl)), "ttl_ms");
  }

  @Override
  public void delete(String name) throws SecretClientException {
    ask(exchange(Verb.DEL, name));
  }

  @Override
  public long grant(String name, List<String> grants) throws SecretClientException {
    return number(ask(exchange(Verb.GRANT, name, String.join(",", grants))), "grants");
  }

  @Override
  public long revoke(String name, List<String> grants) throws SecretClientException {
    return number(ask(exchange(Verb.REVOKE, name, String.join(",", grants))), "grants");
  }

  @Override
  public void rename(String from, String to) throws SecretClientException {
    ask(exchange(Verb.RENAME, from, to));
  }

  @Override
  public Delivery whoami() throws SecretClientException {
    return new HeapDelivery(ask(exchange(Verb.WHOAMI)).delivery(), null);
  }

  @Override
  public Delivery explain(String name, long pid) throws SecretClientException {
    return new HeapDelivery(ask(exchange(Verb.EXPLAIN, name, "" + pid)).delivery(), null);
  }

  @Override
  public Delivery list(String prefix) throws SecretClientException {
    return new HeapDelivery(ask(exchange(Verb.LIST)).delivery(), null);
  }

  @Override
  public Delivery status() throws SecretClientException {
    return new HeapDelivery(ask(exchange(Verb.STATUS)).delivery(), null);
  }

  @Override
  public Delivery metrics() throws SecretClientException {
    return new HeapDelivery(ask(exchange(Verb.METRICS)).delivery(), null);
  }

  @Override
  public Delivery audit(int count) throws SecretClientException {
    return new HeapDelivery(ask(exchange(Verb.AUDIT)).delivery(), null);
  }

  @Override
  public KeyClient keys() {
    throw new AssertionError("not part of the contract");
  }

  @Override
  public void close() {
    closed = true;
    connection.end();
  }

  private FakeExchange exchange(Verb verb, String... arguments) {
    return new FakeExchange(verb, arguments, null, broken);
  }

  private FakeExchange.Answer ask(FakeExchange exchange) throws SecretClientException {
    if (closed && !broken.equals("TR-19")) {
      throw new IllegalStateException("closed");
    }
    shared = exchange;
    connection.send(exchange);
    try {
      // The fault: of two threads that ask at once both wait for the reply to the later request.
      return broken.equals("TR-20") ? awaitShared() : exchange.answer.get();
    } catch (ExecutionException e) {
      SecretClientException cause = (SecretClientException) e.getCause();
      throw cause;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private FakeExchange.Answer awaitShared() throws ExecutionException, InterruptedException {
    Thread.sleep(1);
    return shared.answer.get();
  }

  private static long number(FakeExchange.Answer answer, String key) {
    for (String field : answer.fields().split(" ")) {
      if (field.startsWith(key + "=")) {
        return Long.parseLong(field.substring(key.length() + 1));
      }
    }
    throw new AssertionError("no " + key);
  }

  private record HeapDelivery(byte[] bytes, SecretInfo info) implements Delivery {
    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public int read(long offset, ByteBuffer target) {
      int count = Math.min(target.remaining(), bytes.length - (int) offset);
      target.put(bytes, (int) offset, count);
      return count;
    }

    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public void close() {}
  }
}
