package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl wait}. */
final class WaitCommandIT {
  @TempDir Path folder;

  @Test
  void waitsForTheAgentAndThenForTheSecret() throws Exception {
    Path socket = folder.resolve("agent.sock");
    Process waiting =
        new ProcessBuilder(CtlAgent.CTL.toString(), "--socket", socket.toString(), "wait", "late")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    try {
      assertFalse(waiting.waitFor(1, TimeUnit.SECONDS), "there is no agent");
      try (CtlAgent agent = new CtlAgent(folder)) {
        assertFalse(waiting.waitFor(1, TimeUnit.SECONDS), "there is no secret");
        assertEquals(0, agent.run("gen", "late").code());
        assertTrue(waiting.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, waiting.exitValue());
        assertEquals("", Files.readString(folder.resolve("said")));
        silent(agent.run("wait", "late"));
      }
    } finally {
      waiting.destroyForcibly();
    }
  }

  @Test
  void survivesAnAgentThatStartsAnew() throws Exception {
    CtlAgent first = new CtlAgent(folder);
    Process waiting;
    try {
      waiting = first.builder(List.of(CtlAgent.CTL.toString(), "wait", "late")).start();
      assertFalse(waiting.waitFor(1, TimeUnit.SECONDS));
    } finally {
      first.close();
    }
    try (CtlAgent second = new CtlAgent(folder)) {
      assertEquals(0, second.run("gen", "late").code());
      assertTrue(waiting.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, waiting.exitValue());
    } finally {
      waiting.destroyForcibly();
    }
  }

  @Test
  void afterTheTimeTheExitCodeSaysWhatWasMissing() throws Exception {
    try (CtlAgent agent = new CtlAgent(folder)) {
      long start = System.nanoTime();
      Result none = agent.run("wait", "none", "--timeout", "300ms");
      assertTrue(System.nanoTime() - start >= 300_000_000L);
      assertEquals(3, none.code());
      assertTrue(none.err().contains("waited 300ms for none"), none.err());
      assertEquals(0, agent.run("gen", "short", "--ttl", "1ms").code());
      Thread.sleep(20);
      assertEquals(4, agent.run("wait", "short", "--timeout", "20ms").code());
      String other = folder.resolve("no.sock").toString();
      assertEquals(7, agent.run("--socket", other, "wait", "x", "--timeout", "20ms").code());
      assertEquals(2, agent.run("wait", "none", "--timeout", "3").code());
    }
  }

  private static void silent(Result result) {
    assertEquals("", result.err());
    assertEquals(0, result.code());
    assertEquals(0, result.out().length);
  }
}
