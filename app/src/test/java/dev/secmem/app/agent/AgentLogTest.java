package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgentLogTest {
  @Test
  void lowLevelsAreLeftOutAndNothingForgesALine() throws Exception {
    try (AgentChild child = AgentChild.start(Logs.class)) {
      List<String> lines = child.stderrLines(5);
      child.process().getOutputStream().close();
      assertEquals(0, child.exitCode());
      assertEquals(
          List.of(
              "secmem-agent: says this",
              "secmem-agent: warning: two  secmem-agent: lines",
              "secmem-agent: error: 3 of {1}",
              "secmem-agent: error: failed: java.io.IOException: why",
              "secmem-agent: error: null"),
          lines);
    }
  }

  static final class Logs {
    public static void main(String[] arguments) throws IOException {
      System.Logger log = System.getLogger("dev.secmem.test");
      log.log(System.Logger.Level.ERROR, "before there is a writer");
      try (StderrWriter writer = new StderrWriter()) {
        AgentLog.install(writer, System.Logger.Level.INFO);
        log.log(System.Logger.Level.DEBUG, "says nothing");
        log.log(System.Logger.Level.INFO, "says this");
        log.log(System.Logger.Level.WARNING, "two\r\nsecmem-agent: lines");
        log.log(System.Logger.Level.ERROR, "{0} of {1}", 3);
        log.log(System.Logger.Level.ERROR, "failed", new IOException("why"));
        log.log(System.Logger.Level.ERROR, (String) null);
        while (System.in.read() >= 0) {
          continue;
        }
      }
      Runtime.getRuntime().halt(0);
    }
  }
}
