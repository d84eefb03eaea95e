package dev.secmem.transport.uds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.UnixSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An end that fails keeps no other connection waiting, and none is ended twice. */
final class LingeringTest {
  @Test
  void anEndThatFailsIsNotTheLast() throws Exception {
    List<Integer> peers = new ArrayList<>();
    BlockingQueue<Connection> ended = new LinkedBlockingQueue<>();
    List<Connection> connections = new ArrayList<>();
    Lingering lingering =
        new Lingering(
            connection -> {
              ended.add(connection);
              connection.end();
              if (connection == connections.get(0)) {
                throw new OutOfMemoryError("a test's");
              }
            });
    for (int i = 0; i < 3; i++) {
      int[] pair = UnixSocket.pair();
      peers.add(pair[1]);
      connections.add(new Connection(pair[0], new Timeouts(1000, 1000), new InFlight()));
    }
    // What was never sent cannot be unread: all are to be ended at the first look.
    lingering.add(connections.get(0));
    lingering.add(connections.get(1));
    assertEquals(connections.get(0), ended.poll(30, TimeUnit.SECONDS));
    assertEquals(connections.get(1), ended.poll(30, TimeUnit.SECONDS));
    lingering.add(connections.get(2));
    assertEquals(connections.get(2), ended.poll(30, TimeUnit.SECONDS));
    lingering.close();
    assertEquals(null, ended.poll(), "ended twice");
    peers.forEach(Descriptor::close);
  }
}
