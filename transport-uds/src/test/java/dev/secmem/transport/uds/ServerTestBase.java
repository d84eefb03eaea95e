package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.transport.RequestHandler;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server on the real kernel; after each test no descriptor may be left over. */
abstract class ServerTestBase {
  @TempDir Path folder;

  final UdsTransportProvider provider = new UdsTransportProvider();
  final MapHandler handler = new MapHandler();
  String path;
  TransportServer server;
  private long descriptorsBefore;

  @BeforeEach
  final void start() throws Exception {
    path = choosePath();
    warmUp();
    descriptorsBefore = countDescriptors();
    server = provider.listen(options());
    server.start(handler());
  }

  @AfterEach
  final void stop() throws Exception {
    server.close();
    assertEquals(handler.opened.get(), handler.closed.get(), "sessions opened and closed");
    await(() -> countDescriptors() <= descriptorsBefore, "descriptors are left open");
  }

  String choosePath() throws Exception {
    return folder.resolve("agent.sock").toString();
  }

  ServerOptions options() {
    return ServerOptions.at(path);
  }

  RequestHandler handler() {
    return handler;
  }

  RawClient connect() throws Exception {
    return new RawClient(path);
  }

  /** Loads what opens descriptors of its own the first time: jars, native libraries. */
  private void warmUp() throws Exception {
    try (TransportServer first = provider.listen(ServerOptions.at(path))) {
      first.start(new MapHandler());
      try (RawClient client = new RawClient(path)) {
        client.assertAlive();
        client.ask("PUT warm -", TestLibc.O_RDONLY);
      }
    }
  }

  static long countDescriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for what another thread or the kernel is about to do. */
  static void await(BooleanSupplier condition, String failure) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < 20_000_000_000L, failure);
      Thread.sleep(5);
    }
  }
}
