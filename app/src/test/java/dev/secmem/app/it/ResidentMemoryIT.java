package dev.secmem.app.it;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the agent takes of the machine follows what lives in it, not how long it has run. */
class ResidentMemoryIT {
  private static final int SECRETS = 1000;
  private static final long MIB = 1024;

  /**
   * Until the old generation is collected, 4 MiB and more; and what the JVM's compilers take
   * meanwhile.
   */
  private static final long ALLOWED_KIB = 32 * MIB;

  @Test
  void secretsThatCameAndWentLeaveNothing() throws Exception {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      comeAndGo(client, 3);
      long before = anonymousKib(agent.pid());
      comeAndGo(client, 10);
      long grown = anonymousKib(agent.pid()) - before;
      assertTrue(grown <= ALLOWED_KIB, "grown by " + grown + " KiB from " + before);
    }
  }

  /** So much at once that the collector takes it for old: without HeapCollector 100 MiB stay. */
  private static void comeAndGo(RawClient client, int rounds) throws Exception {
    int value = Kernel.memfd("value");
    String grants =
        IntStream.range(0, 30).mapToObj(i -> "uid:" + (1_000_000_000 + i)).collect(joining(","));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < SECRETS; i++) {
        assertEquals("ok", client.code("PUT gone" + i + " 600000 allow=" + grants, value));
      }
      for (int i = 0; i < SECRETS; i++) {
        assertEquals("ok", client.code("DEL gone" + i));
      }
    }
    Descriptor.close(value);
  }

  /** Argon2id takes 64 MiB each time; without a collection after it, others than the last time. */
  @Test
  void passphrasesTakeWhatTheFirstOneTook() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      client.put("kept 600000", "value");
      int passphrase = Kernel.memfd("correct horse battery staple");
      assertEquals("ok", client.code("LOCK", passphrase));
      assertEquals("ok", client.code("UNLOCK", passphrase));
      long before = anonymousKib(agent.pid());
      for (int i = 0; i < 3; i++) {
        assertEquals("ok", client.code("LOCK", passphrase));
        assertEquals("ok", client.code("UNLOCK", passphrase));
      }
      long grown = anonymousKib(agent.pid()) - before;
      assertTrue(grown <= 16 * MIB, "grown by " + grown + " KiB from " + before);
      assertEquals("value", client.ask("GET kept").text());
    }
  }

  /** RssAnon of proc_pid_status(5): heap, stacks and the C library's memory, without secrets. */
  private static long anonymousKib(long pid) {
    List<String> lines = Programs.lines(Path.of("/proc/" + pid + "/status"));
    for (String line : lines) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new AssertionError("no RssAnon in " + lines);
  }
}
