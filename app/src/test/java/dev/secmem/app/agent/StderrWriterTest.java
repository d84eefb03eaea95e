package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Standard error is the process's: each case in a child, whose pipe the test reads or does not. */
final class StderrWriterTest {
  private static final Pattern NOTE =
      Pattern.compile("secmem-agent: (\\d+) lines dropped: standard error was blocked");

  @Test
  void linesComeWholeAndInOrder() throws Exception {
    try (AgentChild child = AgentChild.start(Writes.class, "2000")) {
      assertEquals("wrote", child.line());
      // Read before it closes, which waits no longer than a second.
      List<Integer> numbers = numbers(String.join("\n", child.stderrLines(2000)));
      child.process().getOutputStream().close();
      assertEquals("", stderr(child));
      assertEquals(0, child.exitCode());
      assertEquals(2000, numbers.size());
      for (int i = 0; i < 2000; i++) {
        assertEquals(i, numbers.get(i));
      }
    }
  }

  @Test
  void aBlockedPipeHoldsNobodyUpAndWhatIsLostIsCounted() throws Exception {
    for (String mode : new String[] {"blocking", "nonblocking"}) {
      try (AgentChild child = AgentChild.start(Writes.class, "20000", mode)) {
        assertEquals("wrote", child.line(), "though nobody reads: " + mode);
        // Read from here on; the note must come without a further line of the writer's.
        InputStream stderr = child.process().getErrorStream();
        StringBuilder text = new StringBuilder();
        byte[] some = new byte[65536];
        while (!NOTE.matcher(text).find()) {
          int count = stderr.read(some);
          assertTrue(count > 0, mode + " ended without a note");
          text.append(new String(some, 0, count, StandardCharsets.US_ASCII));
        }
        child.process().getOutputStream().close();
        text.append(stderr(child));
        assertEquals(0, child.exitCode());
        List<Integer> numbers = numbers(text.toString());
        for (int i = 1; i < numbers.size(); i++) {
          assertTrue(numbers.get(i) > numbers.get(i - 1), mode);
        }
        assertEquals(20000, numbers.size() + dropped(text.toString()), mode);
        assertTrue(numbers.size() > 2500, "as much as a buffer holds: " + numbers.size());
      }
    }
  }

  @Test
  void closingDoesNotWaitForABlockedPipe() throws Exception {
    try (AgentChild child = AgentChild.start(Writes.class, "20000")) {
      assertEquals("wrote", child.line());
      child.process().getOutputStream().close();
      assertEquals(0, child.exitCode());
    }
  }

  @Test
  void aReaderThatIsGoneDisturbsNobody() throws Exception {
    try (AgentChild child = AgentChild.start(Writes.class, "20000", "wait")) {
      child.process().getErrorStream().close();
      child.process().getOutputStream().write('\n');
      child.process().getOutputStream().flush();
      assertEquals("wrote", child.line());
      child.process().getOutputStream().close();
      assertEquals(0, child.exitCode());
    }
  }

  /** Writes numbered lines, says so, and ends when its standard input does. */
  static final class Writes {
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    public static void main(String[] arguments) throws Exception {
      int count = Integer.parseInt(arguments[0]);
      List<String> modes = List.of(arguments);
      if (modes.contains("nonblocking")) {
        NativeFunction fcntl = NativeLibrary.open("libc.so.6").orElseThrow().function("fcntl", 3);
        fcntl.call(2, F_SETFL, fcntl.call(2, F_GETFL, 0) | O_NONBLOCK);
      }
      if (modes.contains("wait")) {
        System.in.read();
      }
      try (StderrWriter writer = new StderrWriter()) {
        for (int i = 0; i < count; i++) {
          writer.line("line " + i + " " + "x".repeat(80));
        }
        System.out.println("wrote");
        while (System.in.read() >= 0) {
          continue;
        }
      }
      Runtime.getRuntime().halt(0);
    }
  }

  private static String stderr(AgentChild child) throws Exception {
    return new String(child.process().getErrorStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** The numbers of the lines; every line that is not a note must be whole. */
  private static List<Integer> numbers(String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (!NOTE.matcher(line).matches()) {
        assertTrue(line.matches("line \\d+ x{80}"), line);
        numbers.add(Integer.parseInt(line.split(" ")[1]));
      }
    }
    return numbers;
  }

  private static int dropped(String text) {
    Matcher matcher = NOTE.matcher(text);
    int sum = 0;
    while (matcher.find()) {
      sum += Integer.parseInt(matcher.group(1));
    }
    return sum;
  }
}
