package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.ResourceLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Connections that come often, in numbers, or when nothing is left to serve them with. */
class AcceptTest extends ServerTestBase {
  private volatile RequestException refusal;
  private volatile RuntimeException failure;

  @Override
  RequestHandler handler() {
    return new RequestHandler() {
      @Override
      public Session connected(Peer peer) throws RequestException {
        if (failure != null) {
          throw failure;
        }
        if (refusal != null) {
          throw refusal;
        }
        return handler.connected(peer);
      }
    };
  }

  @Test
  void connectionForEachRequest() throws Exception {
    for (int i = 0; i < 2000; i++) {
      try (RawClient client = connect()) {
        client.assertAlive();
      }
    }
  }

  @Test
  void manyConnectionsAtOnce() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      clients.add(connect());
    }
    for (RawClient client : clients) {
      client.assertAlive();
    }
    clients.forEach(RawClient::close);
    await(() -> servingThreads() <= 33, "threads are left after the connections ended");
  }

  private static long servingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("secmem-uds-"))
        .count();
  }

  @Test
  void refusalIsReadEvenIfTheClientSendsFirst() throws Exception {
    refusal = new RequestException(ErrorCode.DENIED, "uid 7 is not admitted");
    for (int i = 0; i < 200; i++) {
      try (RawClient client = connect()) {
        try {
          client.send("HELLO\n");
        } catch (LinuxException e) {
          // The refusal was faster; it is still there to be read.
          assertTrue(e.getMessage().startsWith("sendmsg"), e.getMessage());
        }
        assertEquals("ERR denied uid 7 is not admitted", client.line());
        client.assertEnds();
      }
    }
    refusal = new RequestException(ErrorCode.BUSY, "too many connections");
    try (RawClient client = connect()) {
      assertEquals("ERR busy too many connections", client.line());
      client.assertEnds();
    }
    refusal = null;
    try (RawClient client = connect()) {
      client.assertAlive();
    }
  }

  @Test
  void judgeThatFails() throws Exception {
    failure = new IllegalStateException("a secret");
    try (RawClient client = connect()) {
      assertEquals("ERR internal the agent failed", client.line());
      client.assertEnds();
    }
    failure = null;
    try (RawClient client = connect()) {
      client.assertAlive();
    }
  }

  @Test
  void noDescriptorLeft() throws Exception {
    long soft = ResourceLimit.NOFILE.soft();
    long hard = ResourceLimit.NOFILE.hard();
    List<Integer> placeholders = new ArrayList<>();
    List<RawClient> clients = new ArrayList<>();
    boolean refused = false;
    try {
      for (int i = 0; i < 60; i++) {
        placeholders.add(Memfd.create());
      }
      // Every number below the limit is taken; a client gets one only when a placeholder goes.
      ResourceLimit.NOFILE.set(highestDescriptor() + 1, hard);
      while (!refused && placeholders.size() > 1) {
        Descriptor.close(placeholders.remove(placeholders.size() - 1));
        RawClient client = connectIfRoom();
        if (client == null) {
          continue; // a thread of the server that went to accept took the number
        }
        clients.add(client);
        String answer = firstAnswer(client);
        refused = answer.startsWith("ERR busy the agent cannot open more descriptors");
        assertTrue(refused || answer.startsWith("OK"), answer);
      }
      assertTrue(refused, "nobody was refused");
      // Those that were accepted are still served.
      clients.get(0).assertAlive();
    } finally {
      ResourceLimit.NOFILE.set(soft, hard);
      placeholders.forEach(Descriptor::close);
      clients.forEach(RawClient::close);
    }
    try (RawClient client = connect()) {
      client.assertAlive();
    }
  }

  private RawClient connectIfRoom() throws Exception {
    try {
      return connect();
    } catch (LinuxException e) {
      if (e.errno() == Errno.EMFILE) {
        return null;
      }
      throw e;
    }
  }

  private static String firstAnswer(RawClient client) throws Exception {
    try {
      client.send("HELLO\n");
    } catch (LinuxException e) {
      assertTrue(e.getMessage().startsWith("sendmsg"), e.getMessage());
    }
    return client.line();
  }

  private static long highestDescriptor() throws Exception {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.mapToLong(fd -> Long.parseLong(fd.getFileName().toString())).max().orElseThrow();
    }
  }
}
