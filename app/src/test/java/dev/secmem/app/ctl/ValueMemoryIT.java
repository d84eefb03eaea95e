package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where a value lies in a running secmemctl: in memory that is left out of dumps, and nowhere else,
 * not on the Java heap either. The commands are held while they have the value, by a pipe that
 * nobody reads or an agent that is stopped.
 */
final class ValueMemoryIT {
  /** More than a pipe holds. */
  private static final int VALUE_BYTES = 300_000;

  private static final int PIECE_BYTES = 24;
  private static final int BETWEEN_PIECES = 20_000;

  private static CtlAgent agent;
  private static String value;

  @TempDir Path folder;

  /** A hit: in which mapping, and whether that is left out of dumps ({@code dd} in smaps). */
  private record Hit(String mapping, boolean notDumped) {}

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
    StringBuilder text = new StringBuilder();
    Random random = new Random(47);
    while (text.length() < VALUE_BYTES) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    value = text.toString();
    assertEquals(0, agent.run(Native.latin(value), "put", "large").code());
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void ofCommandsThatPrint() throws Exception {
    check(new byte[0], "source", "large");
    check(new byte[0], "export", "--json", "--force");
    check(new byte[0], "get", "large");
    check(Native.latin("{{secmem:large}} secmem://large"), "inject");
  }

  @Test
  void ofWhatIsImported() throws Exception {
    long pid = agent.pid();
    signal("STOP", pid);
    try {
      check(Native.latin("A=1\nB=\"" + value + "\"\n"), "import", "--env-file", "-");
      check(Native.latin("{\"B\": \"" + value + "\"}"), "import", "--json", "-");
    } finally {
      signal("CONT", pid);
    }
  }

  /** That a value on the heap would be found: the template's text is there, and is no secret. */
  @Test
  void theSearchFindsWhatIsOnTheHeap() throws Exception {
    StringBuilder text = new StringBuilder(value).reverse();
    List<Hit> hits = hits(Native.latin(text + "{{secmem:large}}"), text.toString(), "inject");
    assertTrue(hits.stream().anyMatch(hit -> !hit.notDumped), hits::toString);
  }

  private void check(byte[] input, String... arguments) throws Exception {
    List<Hit> hits = hits(input, value, arguments);
    assertTrue(!hits.isEmpty(), arguments[0] + ": the value is somewhere");
    for (Hit hit : hits) {
      assertTrue(hit.notDumped, arguments[0] + " has it in " + hit.mapping);
    }
  }

  private List<Hit> hits(byte[] input, String wanted, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(CtlAgent.CTL.toString()));
    words.addAll(List.of(arguments));
    Path in = Files.write(folder.resolve("in"), input);
    Process process =
        agent
            .builder(words)
            .redirectInput(in.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      List<Hit> hits = List.of();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(25);
      // Until it waits for the pipe or the agent: twice the same, and there.
      while (System.nanoTime() < end) {
        Thread.sleep(300);
        assertTrue(process.isAlive(), () -> read(folder.resolve("err")));
        List<Hit> again = tryScan(process.pid(), wanted);
        if (!again.isEmpty() && again.equals(hits)) {
          return again;
        }
        hits = again;
      }
      return hits;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Nothing, if a mapping went away meanwhile: the command still works. */
  private static List<Hit> tryScan(long pid, String wanted) {
    try {
      return scan(pid, wanted);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<Hit> scan(long pid, String wanted) throws IOException {
    Map<Long, byte[]> pieces = new HashMap<>();
    for (int at = 0; at + PIECE_BYTES <= wanted.length(); at += BETWEEN_PIECES) {
      byte[] piece = Native.latin(wanted.substring(at, at + PIECE_BYTES));
      pieces.put(ByteBuffer.wrap(piece).getLong(), piece);
    }
    List<Hit> hits = new ArrayList<>();
    String mapping = "";
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
        if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
          mapping = line;
        } else if (line.startsWith("VmFlags:") && mapping.contains(" rw")) {
          int count = count(memory, mapping, pieces);
          if (count > 0) {
            hits.add(new Hit(mapping + ": " + count, line.contains(" dd")));
          }
        }
      }
    }
    return hits;
  }

  private static int count(RandomAccessFile memory, String mapping, Map<Long, byte[]> pieces)
      throws IOException {
    String[] ends = mapping.substring(0, mapping.indexOf(' ')).split("-");
    long from = Long.parseUnsignedLong(ends[0], 16);
    byte[] content = new byte[(int) (Long.parseUnsignedLong(ends[1], 16) - from)];
    memory.seek(from);
    memory.readFully(content);
    // One pass for all pieces: two bytes tell nearly every place where none can begin.
    boolean[] begins = new boolean[1 << 16];
    for (byte[] piece : pieces.values()) {
      begins[(piece[0] & 0xff) << 8 | piece[1] & 0xff] = true;
    }
    ByteBuffer whole = ByteBuffer.wrap(content);
    int count = 0;
    for (int i = 0; i + PIECE_BYTES <= content.length; i++) {
      if (begins[(content[i] & 0xff) << 8 | content[i + 1] & 0xff]) {
        byte[] piece = pieces.get(whole.getLong(i));
        boolean found =
            piece != null && Arrays.equals(content, i, i + PIECE_BYTES, piece, 0, PIECE_BYTES);
        count += found ? 1 : 0;
      }
    }
    return count;
  }

  private static void signal(String name, long pid) throws Exception {
    String number = Long.toString(pid);
    assertEquals(
        0, new ProcessBuilder("sh", "-c", "kill -" + name + " " + number).start().waitFor());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
