package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that take their time over each byte, and such as vanish between any two. */
class SlowClientsIT {
  private static final String[] LINES = {
    "HELLO\n", "PUT gone 60000\n", "GET kept\n", "STATUS\n", "SIGN m/0' ed25519\n", "GET gone\n"
  };

  private static AgentProcess agent;
  private static RawClient client;

  @BeforeAll
  static void start() {
    agent = AgentProcess.with("--root", "mnemonic").start();
    client = agent.connect();
    Mnemonics.unlock(client, Mnemonics.LEGAL);
    client.put("kept 600000", "kept value");
  }

  @AfterAll
  static void stop() {
    client.close();
    agent.close();
  }

  /** A killed program and one that closes its socket are one to the kernel. */
  @Test
  void whoeverVanishesAnywhereLeavesNothingBehind() {
    Needs.root();
    assertEquals("ok", client.codeOf("SIGN m/0' ed25519", "message"));
    vanishEverywhere(); // the pool of threads is as large as it will be
    String counts = client.counts();
    ProcessFootprint before = new ProcessFootprint(agent.pid());
    vanishEverywhere();
    Await.until("nothing is counted", () -> client.counts().equals(counts));
    before.expectNoMore();
    assertEquals("kept value", client.ask("GET kept").text());
  }

  private static void vanishEverywhere() {
    int body = Kernel.memfd("gone");
    for (int lines = 0; lines < LINES.length; lines++) {
      for (int bytes = 0; bytes < LINES[lines].length(); bytes++) {
        vanishAfter(lines, bytes, body);
      }
    }
    // Whether a PUT of theirs happened depends on whether they went before the answer to HELLO.
    awaitAllGone();
    try (RawClient unread = agent.connect()) {
      send(unread, "PUT gone 60000\n", body);
      Await.until("it is stored", () -> client.code("STAT gone").equals("ok"));
    }
    Descriptor.close(body);
    awaitAllGone();
    assertEquals("ok", client.code("DEL gone"));
  }

  private static void awaitAllGone() {
    Await.until("all have gone", () -> client.counts().contains("\"connections\":1"));
  }

  /** Sends some whole lines and a part of the next, reads nothing, and is gone. */
  private static void vanishAfter(int lines, int bytes, int body) {
    try (RawClient one = agent.connect()) {
      for (int i = 0; i < lines; i++) {
        send(one, LINES[i], body);
      }
      if (bytes > 0) {
        send(one, LINES[lines].substring(0, bytes), body);
      }
    }
  }

  private static void send(RawClient one, String text, int body) {
    boolean takesBody = text.startsWith("PUT") || text.startsWith("SIGN");
    one.send(text, takesBody ? new int[] {body} : new int[0]);
  }

  /** Every byte comes in time, the line does not. */
  @Test
  void aLineOfOneByteASecondIsCutOffAndAQuickerOneIsNot() throws LinuxException {
    try (RawClient slow = agent.connect();
        RawClient quicker = agent.connect()) {
      String line = "GET kept" + "x".repeat(40);
      int sent = 0;
      long start = System.nanoTime();
      try {
        while (sent < line.length()) {
          slow.send(line.substring(sent, ++sent).getBytes(StandardCharsets.US_ASCII));
          if (sent <= 9) {
            quicker.send("GET kept\n".substring(sent - 1, sent));
          }
          assertEquals("kept value", client.ask("GET kept").text(), "others are served");
          Await.sleep(sent < 9 ? 500 : 1000);
        }
      } catch (LinuxException e) {
        assertEquals(Errno.EPIPE, e.errno());
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(sent < line.length(), "it was cut off");
      assertTrue(millis >= 9_900, "after " + millis + " ms");
      assertEquals(null, slow.replyOrEnd(), "without an answer");
      assertEquals("kept value", quicker.reply().text());
      assertEquals("kept value", quicker.ask("GET kept").text());
      assertFalse(client.counts().contains("\"connections\":3"));
    }
  }
}
