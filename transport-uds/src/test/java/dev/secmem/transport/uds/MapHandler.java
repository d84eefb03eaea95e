package dev.secmem.transport.uds;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The smallest engine that a transport can serve: values in a map, no limits, no time. */
final class MapHandler implements RequestHandler {
  final Map<String, byte[]> values = new ConcurrentHashMap<>();
  final List<String> rejected = new CopyOnWriteArrayList<>();
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();
  volatile long lastPeerUid = -1;
  volatile Runnable beforeRead = () -> {};

  @Override
  public Session connected(Peer peer) {
    lastPeerUid = peer.uid();
    opened.incrementAndGet();
    return new MapSession();
  }

  private final class MapSession implements Session {
    @Override
    public void handle(Request request, Reply reply) throws RequestException {
      requests.incrementAndGet();
      if (request.verb() == null) {
        throw new RequestException(ErrorCode.UNKNOWN_VERB, "unknown verb");
      }
      switch (request.verb()) {
        case HELLO -> reply.ok("protocol=1 server=test locked=0");
        case PUT -> put(request, reply);
        case GET -> get(request, reply);
        case STAT -> {
          int size = find(request).length;
          reply.ok("version=1 ttl_ms=5 size=" + size + " owner=0 reads=2 reads_left=-");
        }
        case TOUCH -> reply.ok("ttl_ms=" + request.argument(1));
        case DEL -> {
          find(request);
          values.remove(request.argument(0));
          reply.ok("");
        }
        case LIST -> {
          byte[] names = String.join("\n", values.keySet()).getBytes();
          reply.ok("count=" + values.size(), reply.prepare(ByteBuffer.wrap(names)));
        }
        default -> reply.ok("", reply.prepare(ByteBuffer.wrap("body".getBytes())));
      }
    }

    private void put(Request request, Reply reply) throws RequestException {
      Body body = request.body();
      ByteBuffer copy = ByteBuffer.allocateDirect((int) body.sizeBytes());
      beforeRead.run();
      body.read(copy);
      byte[] value = new byte[copy.flip().remaining()];
      copy.get(value);
      values.put(request.argument(0), value);
      reply.ok("version=1");
    }

    private void get(Request request, Reply reply) throws RequestException {
      byte[] value = find(request);
      ByteBuffer direct = ByteBuffer.allocateDirect(value.length).put(value).flip();
      reply.ok("version=1 ttl_ms=5 size=" + value.length + " owner=0", reply.prepare(direct));
    }

    private byte[] find(Request request) throws RequestException {
      byte[] value = values.get(request.argument(0));
      if (value == null) {
        throw new RequestException(ErrorCode.NOT_FOUND, "no such key");
      }
      return value;
    }

    @Override
    public void rejected(RequestException reason) {
      rejected.add(reason.getMessage());
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
