package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgentLogTest {
  @Test
  void lowLevelsAreLeftOutAndNothingForgesALine() throws Exception {
    try (AgentChild child = AgentChild.start(Logs.class)) {
      String text =
          new String(child.process().getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, child.exitCode(), text);
      assertEquals(
          List.of(
              "secmem-agent: says this",
              "secmem-agent: warning: two  secmem-agent: lines",
              "secmem-agent: error: 3 of {1}",
              "secmem-agent: error: failed: java.io.IOException: why",
              "secmem-agent: error: null"),
          text.lines().toList());
    }
  }

  static final class Logs {
    public static void main(String[] arguments) {
      System.Logger log = System.getLogger("dev.secmem.test");
      log.log(System.Logger.Level.ERROR, "before there is a writer");
      try (StderrWriter writer = new StderrWriter()) {
        AgentLog.install(writer, System.Logger.Level.INFO);
        log.log(System.Logger.Level.DEBUG, "says nothing");
        log.log(System.Logger.Level.INFO, "says this");
        log.log(System.Logger.Level.WARNING, "two\r\nsecmem-agent: lines");
        log.log(System.Logger.Level.ERROR, "{0} of {1}", 3);
        log.log(System.Logger.Level.ERROR, "failed", new java.io.IOException("why"));
        log.log(System.Logger.Level.ERROR, (String) null);
      }
      Runtime.getRuntime().halt(0);
    }
  }
}
