package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clocks that stand elsewhere, or are stepped under a running agent: times stay what they are. */
class ClocksIT {
  private static final long TEN_YEARS = 315_360_000;

  /** The kernel's clocks of a machine that slept for years, and of one whose clocks just began. */
  @ParameterizedTest
  @CsvSource({"315360000, 0", "-1, -1"})
  void inATimeNamespace(long boottime, long monotonic) {
    Needs.root();
    Needs.program("unshare");
    // As far back as there is, but for a few seconds.
    long back = 5 - Clock.boottimeNanos() / 1_000_000_000L;
    long offset = boottime < 0 ? back : boottime;
    String[] words = {
      "unshare",
      "--time",
      "--boottime",
      "" + offset,
      "--monotonic",
      "" + (boottime < 0 ? back : monotonic)
    };
    assumeTrue(Programs.run(with(words, "true")).code() == 0, "needs time namespaces");
    try (AgentProcess agent = AgentProcess.with().wrapper(words).start();
        RawClient client = agent.connect()) {
      expectTimes(client, "k");
      assertEquals("ok", client.code("TOUCH k 60000"));
      String line = audit(client).get(0);
      long expected = Clock.boottimeNanos() / 1_000_000 + offset * 1000;
      long told = Json.number(line, "boottime_ms");
      assertTrue(Math.abs(told - expected) < 60_000, told + " is not about " + expected);
      assertEquals("ok", client.code("GET k"));
      assertEquals(0, agent.stop());
    }
  }

  private static String[] with(String[] words, String last) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }

  /** Ahead and back by years, under secrets and connections that were there before. */
  @Test
  void theWallClockIsStepped() throws Exception {
    try (WallClock clock = new WallClock();
        AgentProcess agent = clock.in(AgentProcess.with("--idle-timeout", "30s")).start();
        RawClient client = agent.connect()) {
      client.put("before 600000", "value");
      for (long step : new long[] {TEN_YEARS, -TEN_YEARS, 0}) {
        client.put("over 30000", "value");
        clock.step(step);
        assertEquals("value", client.ask("GET over").text(), "not lost by a step ahead");
        expectTimes(client, "at" + step);
        assertEquals("ok", client.code("TOUCH over 1"));
        Await.until("its time is over", () -> client.code("STAT over").equals("expired"));
        long left = client.ask("STAT before").number("ttl_ms");
        assertTrue(left > 400_000 && left < 600_000, left + " ms are left");
        List<String> lines = audit(client);
        Instant told = Instant.parse(Json.value(lines.get(lines.size() - 1), "time"));
        long off = told.getEpochSecond() - Instant.now().getEpochSecond();
        assertTrue(Math.abs(off - step) < 60, "positive control: " + off + " for " + step);
        long last = 0;
        for (String line : lines) {
          long now = boottimeMillis(line);
          // Lines are in the order in which they were begun; a thread may be held before it looks.
          assertTrue(now >= last - 10_000, "the other clock was not stepped: " + line);
          last = now;
        }
      }
      assertEquals("value", client.ask("GET before").text());
      assertEquals(0, agent.stop());
    }
  }

  /** A secret is served until its time is over and wiped then; the agent's own times say so. */
  private static void expectTimes(RawClient client, String name) {
    client.put(name + " 60000", "value");
    client.put(name + ".brief 300", "value");
    Reply reply;
    while ((reply = client.ask("GET " + name + ".brief")).isOk()) {
      long ttl = reply.number("ttl_ms");
      assertEquals("value", reply.text());
      assertTrue(ttl >= 1 && ttl <= 300, reply.line());
    }
    assertEquals("expired", reply.code());
    long left = client.ask("STAT " + name).number("ttl_ms");
    assertTrue(left <= 60_000 && left > 30_000, left + " ms are left");
    Await.until(
        "it is wiped", () -> !Json.linesWith(audit(client), "expire", name + ".brief").isEmpty());
    // From the answer to the PUT before it: its own is audited after its time began.
    List<String> lines = audit(client);
    long lived =
        boottimeMillis(Json.lineWith(lines, "expire", name + ".brief"))
            - boottimeMillis(Json.lineWith(lines, "put", name));
    assertTrue(lived >= 300 && lived < 10_300, "it lived " + lived + " ms");
  }

  private static long boottimeMillis(String line) {
    return Json.number(line, "boottime_ms");
  }

  private static List<String> audit(RawClient client) {
    return client.ask("AUDIT 10000").text().lines().toList();
  }
}
