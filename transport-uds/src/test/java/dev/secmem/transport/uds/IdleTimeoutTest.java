package dev.secmem.transport.uds;

import dev.secmem.api.transport.ServerOptions;
import org.junit.jupiter.api.Test;

/** A short idle time; the time for a line is never reached. */
class IdleTimeoutTest extends ServerTestBase {
  @Override
  ServerOptions options() {
    return new ServerOptions(path, -1, false, 300, 600_000);
  }

  @Test
  void silentConnectionEnds() throws Exception {
    try (RawClient client = connect()) {
      client.assertEnds();
    }
  }

  @Test
  void silentConnectionEndsAfterARequestToo() throws Exception {
    try (RawClient client = connect()) {
      client.assertAlive();
      client.assertEnds();
    }
  }

  @Test
  void lineInProgressHasItsOwnTime() throws Exception {
    try (RawClient client = connect()) {
      client.send("HEL");
      Thread.sleep(900);
      client.send("LO\n");
      org.junit.jupiter.api.Assertions.assertTrue(client.line().startsWith("OK"));
      client.assertEnds();
    }
  }
}
