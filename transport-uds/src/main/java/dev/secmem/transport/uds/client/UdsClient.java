package dev.secmem.transport.uds.client;

import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.KeyClient;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import dev.secmem.api.client.SecretInfo;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/** A client on one kept-open connection. */
public final class UdsClient implements SecretClient {
  /** For bodies that are no secret of the store. */
  static final String NO_NAME = null;

  private static final int NONE = -1;
  private static final int SEALS =
      Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE | Memfd.SEAL_SEAL;

  private final Exchange exchange;
  private boolean closed;
  private boolean broken;

  private UdsClient(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Connects to whom {@code options} trust. */
  public static UdsClient connect(ClientOptions options) throws SecretClientException {
    return new UdsClient(new Exchange(Connector.connect(options), options.timeoutMillis()));
  }

  @Override
  public long put(String name, ByteBuffer value, PutOptions options) throws SecretClientException {
    String line = RequestText.line("PUT", RequestText.name(name), options.wire());
    return request(line, value).number("version");
  }

  @Override
  public Delivery get(String name, OptionalLong ownerUid) throws SecretClientException {
    return deliver(nameAndOwner("GET", name, ownerUid), name);
  }

  @Override
  public SecretInfo stat(String name, OptionalLong ownerUid) throws SecretClientException {
    ReplyFields reply = request(nameAndOwner("STAT", name, ownerUid), NONE);
    String left = reply.text("reads_left");
    return info(
        name,
        reply,
        reply.number("reads"),
        left == null || left.equals("-")
            ? OptionalLong.empty()
            : OptionalLong.of(reply.number("reads_left")));
  }

  @Override
  public long touch(String name, OptionalLong ttlMillis) throws SecretClientException {
    String ttl = ttlMillis.isPresent() ? Long.toString(ttlMillis.getAsLong()) : "-";
    return request(RequestText.line("TOUCH", RequestText.name(name), ttl), NONE).number("ttl_ms");
  }

  @Override
  public void delete(String name) throws SecretClientException {
    request(RequestText.line("DEL", RequestText.name(name)));
  }

  @Override
  public long grant(String name, List<String> grants) throws SecretClientException {
    return request(nameAndGrants("GRANT", name, grants)).number("grants");
  }

  @Override
  public long revoke(String name, List<String> grants) throws SecretClientException {
    return request(nameAndGrants("REVOKE", name, grants)).number("grants");
  }

  @Override
  public void rename(String from, String to) throws SecretClientException {
    request(RequestText.line("RENAME", RequestText.name(from), RequestText.name(to)));
  }

  @Override
  public Delivery whoami() throws SecretClientException {
    return deliver("WHOAMI", NO_NAME);
  }

  @Override
  public Delivery explain(String name, long pid) throws SecretClientException {
    return deliver(
        RequestText.line("EXPLAIN", RequestText.name(name), Long.toString(pid)), NO_NAME);
  }

  @Override
  public Delivery list(String prefix) throws SecretClientException {
    return prefix.isEmpty()
        ? deliver("LIST", NO_NAME)
        : deliver(RequestText.line("LIST", RequestText.name(prefix)), NO_NAME);
  }

  @Override
  public Delivery status() throws SecretClientException {
    return deliver("STATUS", NO_NAME);
  }

  @Override
  public Delivery metrics() throws SecretClientException {
    return deliver("METRICS", NO_NAME);
  }

  @Override
  public Delivery audit(int count) throws SecretClientException {
    return deliver(RequestText.line("AUDIT", Integer.toString(count)), NO_NAME);
  }

  @Override
  public KeyClient keys() {
    return new UdsKeyClient(this);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      end();
    }
  }

  private static String nameAndOwner(String verb, String name, OptionalLong ownerUid)
      throws SecretClientException {
    RequestText.name(name);
    return ownerUid.isPresent()
        ? RequestText.line(verb, name, "owner=" + ownerUid.getAsLong())
        : RequestText.line(verb, name);
  }

  private static String nameAndGrants(String verb, String name, List<String> grants)
      throws SecretClientException {
    return RequestText.line(
        verb, RequestText.name(name), RequestText.word(String.join(",", grants)));
  }

  private static SecretInfo info(String name, ReplyFields reply, long reads, OptionalLong readsLeft)
      throws SecretClientException {
    return new SecretInfo(
        name,
        reply.number("owner"),
        reply.number("version"),
        reply.number("ttl_ms"),
        reply.number("size"),
        reads,
        readsLeft,
        word(reply, "bind"),
        word(reply, "grade"));
  }

  /** A field's text; empty for none and for {@code -}. */
  private static String word(ReplyFields reply, String key) {
    String text = reply.text(key);
    return text == null || text.equals("-") ? "" : text;
  }

  /** Something to do with a body's descriptor. */
  private interface WithBody<T> {
    T send(int descriptor) throws SecretClientException;
  }

  /** Makes a sealed body of what {@code content} holds and lends its descriptor to the request. */
  private static <T> T lend(ByteBuffer content, WithBody<T> request) throws SecretClientException {
    if (!content.isDirect()) {
      throw new IllegalArgumentException("a secret is sent from a direct buffer");
    }
    int body = NONE;
    try {
      body = Memfd.create();
      // A view of its own: the caller's position is the caller's.
      Descriptor.pwrite(body, content.duplicate(), 0);
      Memfd.addSeals(body, SEALS);
      return request.send(body);
    } catch (LinuxException e) {
      throw new SecretClientException(Reason.FAILED, "cannot make the body: " + e.getMessage(), e);
    } finally {
      if (body != NONE) {
        Descriptor.close(body);
      }
    }
  }

  /** A request with a body, whose reply brings nothing but fields. */
  ReplyFields request(String line, ByteBuffer content) throws SecretClientException {
    return lend(content, body -> request(line, body));
  }

  /** A request with a body, whose reply brings a body that is no secret of the store. */
  Delivery deliver(String line, ByteBuffer content) throws SecretClientException {
    return lend(content, body -> deliver(line, body, NO_NAME));
  }

  /** A request without a body, whose reply brings nothing but fields. */
  ReplyFields request(String line) throws SecretClientException {
    return request(line, NONE);
  }

  private synchronized ReplyFields request(String line, int body) throws SecretClientException {
    ReplyFields reply = exchange(line, body);
    int unexpected = exchange.takeDescriptor();
    if (unexpected != NONE) {
      Descriptor.close(unexpected);
      throw breakWith(ReplyFields.bad("the agent sent a descriptor that nobody asked for"));
    }
    return reply;
  }

  /** A request whose reply brings a body; {@code name} is the secret's, null for other bodies. */
  Delivery deliver(String line, String name) throws SecretClientException {
    return deliver(line, NONE, name);
  }

  private synchronized Delivery deliver(String line, int body, String name)
      throws SecretClientException {
    ReplyFields reply = exchange(line, body);
    int descriptor = exchange.takeDescriptor();
    if (descriptor == NONE) {
      throw breakWith(ReplyFields.bad("the agent sent no descriptor"));
    }
    Delivery delivery = null;
    try {
      SecretInfo info = name == null ? null : info(name, reply, 0, OptionalLong.empty());
      delivery = MemfdDelivery.of(descriptor, info);
      return delivery;
    } finally {
      if (delivery == null) {
        Descriptor.close(descriptor);
      }
    }
  }

  private ReplyFields exchange(String line, int body) throws SecretClientException {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    if (broken) {
      throw new SecretClientException(Reason.NO_AGENT, "the connection broke; connect anew", null);
    }
    String reply;
    try {
      reply = exchange.request(line, body);
    } catch (SecretClientException e) {
      throw breakWith(e);
    }
    try {
      return ReplyFields.parse(reply);
    } catch (SecretClientException e) {
      int unexpected = exchange.takeDescriptor();
      if (unexpected != NONE) {
        Descriptor.close(unexpected);
      }
      throw e.reason() == Reason.REFUSED ? e : breakWith(e);
    }
  }

  private SecretClientException breakWith(SecretClientException cause) {
    end();
    return cause;
  }

  private void end() {
    if (!broken) {
      broken = true;
      exchange.close();
    }
  }
}
