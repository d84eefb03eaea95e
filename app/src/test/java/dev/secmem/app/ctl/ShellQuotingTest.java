package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is quoted comes out of real shells as it went in. */
final class ShellQuotingTest {
  private static final String[] HOSTILE = {
    "",
    "'",
    "''",
    "\\",
    "\\'",
    "'\\''",
    "$(touch /tmp/x)",
    "`id`",
    "${HOME}",
    "a\nb\n\n",
    "\n",
    "!! !x",
    "~",
    "*?[a]",
    "-n",
    "a=b;rm -rf /",
    "\"",
    "\377\200",
    "\u0001\u0007\u001b[0m\u007f",
    "#",
    " ",
    "\t",
    "\r\n",
    "%s%n\\n\\0"
  };

  @TempDir Path folder;

  @Test
  void everyByteRoundTripsThroughSh() throws Exception {
    roundTrip("/bin/sh");
  }

  @Test
  void everyByteRoundTripsThroughBash() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash");
    roundTrip("/bin/bash");
  }

  private void roundTrip(String shell) throws Exception {
    List<String> values = new ArrayList<>(List.of(HOSTILE));
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(60); length > 0; length--) {
        // Quotes and backslashes far oftener than by chance.
        value.append(
            random.nextInt(3) == 0
                ? "'\\$`\"\n".charAt(random.nextInt(6))
                : (char) (1 + random.nextInt(255)));
      }
      values.add(value.toString());
    }
    try (LockedBytes script = LockedBytes.withRoomFor(1)) {
      StringBuilder expected = new StringBuilder();
      for (String value : values) {
        script.add("export K=");
        assertTrue(add(value, script));
        script.add("\nprintf '%s\\000' \"$K\"\n");
        expected.append(value).append('\0');
      }
      Path file = Files.write(folder.resolve("s"), Native.latin(Native.text(script.all())));
      Process process =
          new ProcessBuilder(shell, file.toString()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String printed = Native.latin(process.getInputStream().readAllBytes());
      assertEquals(0, process.waitFor());
      assertEquals(expected.toString(), printed);
    }
  }

  @Test
  void aNulIsRefused() throws Exception {
    try (LockedBytes quoted = LockedBytes.withRoomFor(1)) {
      assertFalse(add("a\0b", quoted));
      assertFalse(add("\0", quoted));
    }
  }

  private static boolean add(String value, LockedBytes target) throws Exception {
    try (LockedBytes source = LockedBytes.withRoomFor(value.length())) {
      source.add(Native.latin(value));
      return ShellQuoting.add(source, 0, source.size(), target);
    }
  }
}
