package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much memory may be locked: what the agent says of it, and what it insists on. */
class MemlockIT {
  private static final long UID = 7001;

  @ParameterizedTest
  @ValueSource(ints = {0, 64, 4096, 8192})
  void theAgentServesUnderALimitAndSaysWhatIsNotLocked(int kibibytes) {
    Needs.otherUids();
    AgentOptions options = AgentProcess.with().uid(UID).limits("ulimit -l " + kibibytes);
    try (AgentProcess agent = options.start();
        RawClient client = agent.connect()) {
      for (int size : new int[] {0, 1, 4096, 100_000, 1 << 20}) {
        byte[] value = new byte[size];
        java.util.Arrays.fill(value, (byte) 'v');
        assertEquals("ok", client.tryPut("k" + size + " 60000", value).code());
        assertEquals(size, client.ask("GET k" + size).body().length);
      }
      String status = client.ask("STATUS").text();
      String locked = Json.value(status, "memory_locked");
      String arena = Json.value(status, "key_arena");
      Metrics metrics = Metrics.parse(client.ask("METRICS").text());
      assertEquals(kibibytes * 1024L, metrics.value("secmem_locked_memory_allowed_bytes"));
      assertTrue(
          metrics.value("secmem_locked_memory_bytes") <= kibibytes * 1024L, metrics.toString());
      switch (kibibytes) {
        case 0 -> {
          assertEquals("none", locked);
          assertEquals("none", arena);
        }
        case 64 -> assertEquals("none", locked, "scratch does not fit");
        default -> {
          assertEquals("arenas", locked);
          assertNotEquals("none", arena);
        }
      }
      if (locked.equals("none")) {
        assertTrue(agent.stderr().contains("is not locked"), agent.stderr());
        assertTrue(agent.stderr().contains("ulimit -l"), "what to do: " + agent.stderr());
      }
      assertTrue(agent.stderr().contains("memory locked: " + locked), agent.stderr());
    }
  }

  @ParameterizedTest
  @CsvSource({"0,mlock", "0,secretmem", "64,mlock", "0,'nocore,mlock'"})
  void whatIsRequiredAndCannotBeHadEndsTheStart(int kibibytes, String require) {
    Needs.otherUids();
    AgentOptions options =
        AgentProcess.with("--require", require).uid(UID).limits("ulimit -l " + kibibytes);
    try (AgentProcess agent = options.launch()) {
      assertEquals(1, agent.await(), agent::stderr);
      assertTrue(
          agent.stderr().contains("--require " + require.replaceAll(".*,", "")), agent.stderr());
      assertTrue(agent.stderr().contains(kibibytes + " KiB"), "the limit: " + agent.stderr());
      assertTrue(
          !java.nio.file.Files.exists(java.nio.file.Path.of(agent.socket())), "no socket is left");
    }
  }

  @Test
  void whatIsRequiredAndCanBeHadStarts() {
    Needs.otherUids();
    AgentOptions options =
        AgentProcess.with("--require", "mlock,nodump,nocore,nonewprivs,heap,attach")
            .uid(UID)
            .limits("ulimit -l 8192");
    try (AgentProcess agent = options.start()) {
      assertEquals(0, agent.stop());
    }
  }
}
