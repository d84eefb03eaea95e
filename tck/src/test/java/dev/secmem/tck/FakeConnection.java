package dev.secmem.tck;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A connection within the process. */
final class FakeConnection extends Thread implements Peer {
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
  private static final FakeExchange END = new FakeExchange(null, null, null, "");

  private final CompletableFuture<RequestHandler> handler;
  private final String broken;
  private final BlockingQueue<FakeExchange> queue = new LinkedBlockingQueue<>();
  private volatile boolean ended;

  FakeConnection(CompletableFuture<RequestHandler> handler, String broken) {
    this.handler = handler;
    this.broken = broken;
    setDaemon(true);
  }

  /** Puts a request in line; its reply is a future. */
  void send(FakeExchange exchange) {
    queue.add(exchange);
    if (ended) {
      exchange.breakOff();
    }
  }

  void end() {
    ended = true;
    handler.completeExceptionally(new IllegalStateException("never started"));
    queue.add(END);
  }

  void awaitEnd() {
    try {
      join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void run() {
    try {
      serve(handler.get());
    } catch (ExecutionException | InterruptedException e) {
      ended = true;
    }
    queue.forEach(FakeExchange::breakOff);
  }

  private void serve(RequestHandler serving) throws InterruptedException {
    RequestHandler.Session session;
    try {
      session = serving.connected(this);
    } catch (RequestException e) {
      refuse(e);
      return;
    }
    FakeExchange next = queue.take();
    while (next != END && !ended) {
      handle(session, next);
      next = queue.take();
    }
    if (next != END) {
      next.breakOff();
    }
    ended = true;
    session.close();
    if (broken.equals("TR-06")) {
      session.close();
    }
  }

  private void refuse(RequestException refusal) throws InterruptedException {
    for (FakeExchange next = queue.take(); next != END; next = queue.take()) {
      next.error(
          broken.equals("TR-05") ? ErrorCode.INTERNAL : refusal.code(), refusal.getMessage());
    }
  }

  private void handle(RequestHandler.Session session, FakeExchange exchange) {
    if (broken.equals("TR-02")) {
      ONE_AT_A_TIME.lock();
    }
    try {
      exchange.handle(session, broken.equals("TR-15") ? new FakeConnection(handler, broken) : this);
    } finally {
      if (broken.equals("TR-02")) {
        ONE_AT_A_TIME.unlock();
      }
    }
  }

  @Override
  public long uid() {
    return 7;
  }

  @Override
  public long gid() {
    return 7;
  }

  @Override
  public int pid() {
    return 0;
  }

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public <T> T remember(Class<T> key, Supplier<T> source) {
    return source.get();
  }
}
