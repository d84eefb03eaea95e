package dev.secmem.app.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Traffic with secrets that a scan can tell. */
final class ScanLoad {
  static final int CONNECTIONS = 8;

  private final AgentProcess agent;
  private final MarkedSecrets secrets;

  ScanLoad(AgentProcess agent, MarkedSecrets secrets) {
    this.agent = agent;
    this.secrets = secrets;
  }

  /** Puts that many secrets over eight connections, and gets and compares each. */
  void putAndGet(int count) {
    onEachConnection(
        (client, connection) -> {
          for (int i = connection; i < count; i += CONNECTIONS) {
            byte[] value = secrets.value(i);
            expect("ok", client.askWith("PUT s" + i + " 3600000", value));
            compare(client, i, value);
          }
        });
  }

  /** Puts and gets over eight connections until it is told to stop. */
  void repeat(AtomicBoolean stop, int sizeBytes) {
    onEachConnection(
        (client, connection) -> {
          byte[] value = secrets.value(connection, sizeBytes);
          int body = Kernel.memfd(value);
          while (!stop.get()) {
            expect("ok", client.ask("PUT s" + connection + " 3600000", body));
            client.ask("GET s" + connection).close();
          }
          compare(client, connection, value);
          dev.secmem.linux.Descriptor.close(body);
        });
  }

  private static void compare(RawClient client, int number, byte[] value) {
    if (!Arrays.equals(value, client.ask("GET s" + number).body())) {
      throw new AssertionError("s" + number + " is another one");
    }
  }

  static void expect(String code, Reply reply) {
    try (reply) {
      if (!reply.code().equals(code)) {
        throw new AssertionError("not " + code + ", but: " + reply.line());
      }
    }
  }

  private interface Work {
    void run(RawClient client, int connection);
  }

  private void onEachConnection(Work work) {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    List<Future<?>> running = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        int connection = i;
        running.add(
            threads.submit(
                () -> {
                  try (RawClient client = agent.connect()) {
                    work.run(client, connection);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdown();
    }
  }
}
