package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as clients must not send them, and as they may. */
class LineTest extends ServerTestBase {

  @ParameterizedTest
  @ValueSource(strings = {"", " HELLO", "HELLO ", "GET  x", " ", "  "})
  void malformedLineIsRefusedAndTheConnectionGoesOn(String line) throws Exception {
    try (RawClient client = connect()) {
      assertTrue(client.ask(line).startsWith("ERR bad-request "));
      client.assertAlive();
    }
    assertEquals(1, handler.rejected.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"HELLO\r", "GET a\tb", "GET \0", "GET \u007f", "\u00ff", "GET sch\u00fc"})
  void byteOutsidePrintableAsciiEndsTheConnection(String line) throws Exception {
    try (RawClient client = connect()) {
      assertTrue(client.ask(line).startsWith("ERR bad-request "));
      client.assertEnds();
    }
    assertEquals(1, handler.rejected.size());
  }

  @Test
  void brokenLineIsAnsweredAfterTheLinesBeforeIt() throws Exception {
    try (RawClient client = connect()) {
      client.send("HELLO\nHELLO\nGET \u0001");
      assertTrue(client.line().startsWith("OK"));
      assertTrue(client.line().startsWith("OK"));
      assertTrue(client.line().startsWith("ERR bad-request"));
      client.assertEnds();
    }
  }

  @Test
  void longestLineIsTaken() throws Exception {
    try (RawClient client = connect()) {
      String line = "GET " + "x".repeat(4096 - 1 - 4);
      assertEquals("ERR not-found no such key", client.ask(line));
      client.assertAlive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 5000, 100_000})
  void longerLineEndsTheConnection(int length) throws Exception {
    try (RawClient client = connect()) {
      try {
        client.send("x".repeat(length) + "\n");
      } catch (dev.secmem.linux.LinuxException e) {
        // The server ended the connection before all was sent; its answer is there all the same.
        assertTrue(length > 10_000, e.getMessage());
      }
      assertTrue(client.line().startsWith("ERR bad-request "));
      client.assertEnds();
    }
    assertEquals(1, handler.rejected.size());
  }

  @Test
  void lineInPiecesOfOneByte() throws Exception {
    int body = TestLibc.memfd("v".getBytes(StandardCharsets.US_ASCII));
    try (RawClient client = connect()) {
      client.give("P", body);
      for (char c : "UT one -\n".toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertEquals("OK version=1", client.line());
      for (char c : "GET one\n".toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertTrue(client.line().startsWith("OK version=1"));
      assertEquals(1, handler.values.get("one").length);
    }
  }

  @Test
  void tenThousandPipelinedRequestsAreAnsweredInOrder() throws Exception {
    int count = 10_000;
    try (RawClient client = connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 1; i <= count; i++) {
        all.append("TOUCH x ").append(i).append('\n');
      }
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.send(all.toString());
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      for (int i = 1; i <= count; i++) {
        assertEquals("OK ttl_ms=" + i, client.line());
      }
      sent.join();
      client.assertAlive();
    }
  }

  @Test
  void afterTheClientsShutdownCompleteLinesAreAnswered() throws Exception {
    try (RawClient client = connect()) {
      client.send("HELLO\nHELLO\nHEL");
      TestLibc.shutdownWrite(client.socket);
      assertTrue(client.line().startsWith("OK"));
      assertTrue(client.line().startsWith("OK"));
      client.assertEnds();
    }
    assertEquals(0, handler.rejected.size());
  }

  @Test
  void unknownVerbReachesTheHandler() throws Exception {
    try (RawClient client = connect()) {
      assertTrue(client.ask("hello").startsWith("ERR unknown-verb"));
      assertTrue(client.ask("FROB a b c").startsWith("ERR unknown-verb"));
      client.assertAlive();
    }
  }
}
