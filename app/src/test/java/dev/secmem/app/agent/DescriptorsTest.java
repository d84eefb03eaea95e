package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.app.engine.EngineOptions;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of open files are the process's: each case in a child. */
final class DescriptorsTest {
  @Test
  void theLimitIsRaisedAsFarAsNeededAndConnectionsFitTheRest() throws Exception {
    try (AgentChild child = AgentChild.start(Fits.class)) {
      List<String> lines = child.lines();
      assertEquals(0, child.exitCode(), String.join("\n", lines));
      assertEquals(
          List.of(
              // wanted, soft, hard: connections, soft
              "512 4096 4096: 512 4096",
              "512 1024 4096: 512 1309",
              "512 1309 1309: 512 1309",
              "512 64 1308: 511 1308",
              "512 1024 1024: 369 1024",
              "4 1024 1024: 4 1024",
              "512 300 300: 67 300",
              "512 100 100: 17 100",
              "512 64 64: 8 64",
              "512 40 40: 2 40"),
          lines);
    }
  }

  static final class Fits {
    private static final int[][] CASES = {
      {512, 4096, 4096},
      {512, 1024, 4096},
      {512, 1309, 1309},
      {512, 64, 1308},
      {512, 1024, 1024},
      {4, 1024, 1024},
      {512, 300, 300},
      {512, 100, 100},
      {512, 64, 64},
      {512, 40, 40},
    };

    public static void main(String[] arguments) throws LinuxException {
      Descriptors.fit(EngineOptions.DEFAULTS.withMaxConnections(1)); // loads what needs files
      for (int[] each : CASES) {
        ResourceLimit.NOFILE.set(each[1], each[2]);
        int fit =
            Descriptors.fit(EngineOptions.DEFAULTS.withMaxConnections(each[0])).maxConnections();
        System.out.println(
            each[0]
                + " "
                + each[1]
                + " "
                + each[2]
                + ": "
                + fit
                + " "
                + ResourceLimit.NOFILE.soft());
      }
    }
  }
}
