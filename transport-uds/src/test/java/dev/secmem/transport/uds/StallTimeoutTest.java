package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.transport.ServerOptions;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short time for a line and for replies; the idle time is never reached. */
class StallTimeoutTest extends ServerTestBase {
  private static final int STALL_MILLIS = 400;

  @Override
  ServerOptions options() {
    return new ServerOptions(path, -1, false, 600_000, STALL_MILLIS);
  }

  @Test
  void halfALineAndSilence() throws Exception {
    int body = TestLibc.memfd(new byte[1]);
    try (RawClient client = connect();
        RawClient idle = connect()) {
      client.give("HELLO\nPUT x", body);
      assertTrue(client.line().startsWith("OK"));
      client.assertEnds();
      idle.assertAlive();
    }
  }

  @Test
  void lineThatTricklesInHasNoMoreTime() throws Exception {
    try (RawClient client = connect()) {
      int sent = 0;
      try {
        for (; sent < 4000; sent++) {
          client.send("x");
          Thread.sleep(20);
        }
      } catch (LinuxException e) {
        assertTrue(e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET, e.getMessage());
      }
      assertTrue(sent < 4000, "each byte gave it new time");
      client.assertEnds();
    }
  }

  @Test
  void timeOfALineEndsWithTheLine() throws Exception {
    try (RawClient client = connect()) {
      client.send("HEL");
      Thread.sleep(50);
      client.send("LO\n");
      assertTrue(client.line().startsWith("OK"));
      Thread.sleep(3 * STALL_MILLIS);
      client.assertAlive();
    }
  }

  @Test
  void clientThatNeverReadsEndsAndOthersGoOn() throws Exception {
    handler.values.put("x", new byte[64]);
    List<RawClient> lazy = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        RawClient client = connect();
        client.send("GET x\n".repeat(1000));
        lazy.add(client);
      }
      try (RawClient other = connect()) {
        for (int i = 0; i < 100; i++) {
          assertTrue(other.ask("GET x").startsWith("OK"));
        }
      }
      for (RawClient client : lazy) {
        int replies = 0;
        await(() -> hungUp(client), "a client that never reads is not disconnected");
        while (client.line() != null) {
          replies++;
        }
        assertTrue(replies > 0 && replies <= 22, replies + " replies waited");
        assertEquals(replies, client.takeDescriptors().stream().mapToInt(this::closed).sum());
      }
    } finally {
      lazy.forEach(RawClient::close);
    }
  }

  private int closed(int fd) {
    dev.secmem.linux.Descriptor.close(fd);
    return 1;
  }

  private static boolean hungUp(RawClient client) {
    try {
      client.send("\n");
      return false;
    } catch (LinuxException e) {
      return e.errno() != Errno.EAGAIN;
    }
  }
}
