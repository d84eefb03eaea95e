package dev.secmem.tck;

import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import java.util.concurrent.atomic.AtomicInteger;

/** A handler that does what a test says, and counts its sessions. */
final class ScriptedHandler implements RequestHandler {
  /** What a test does with a request. */
  @FunctionalInterface
  interface Script {
    void handle(Request request, Reply reply) throws RequestException;
  }

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger closedTwice = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();
  volatile RequestException refusal;
  volatile Script script = (request, reply) -> reply.ok("");

  @Override
  public Session connected(Peer peer) throws RequestException {
    if (refusal != null) {
      throw refusal;
    }
    opened.incrementAndGet();
    return new ScriptedSession();
  }

  private final class ScriptedSession implements Session {
    private final AtomicInteger closes = new AtomicInteger();

    @Override
    public void handle(Request request, Reply reply) throws RequestException {
      requests.incrementAndGet();
      script.handle(request, reply);
    }

    @Override
    public void rejected(RequestException reason) {
      throw new AssertionError("a client of the same transport sent a malformed line");
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      if (closes.incrementAndGet() > 1) {
        closedTwice.incrementAndGet();
      }
    }
  }
}
