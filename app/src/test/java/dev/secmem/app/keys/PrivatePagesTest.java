package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages of both kinds: in no dump and no child process. */
final class PrivatePagesTest {

  @Test
  void pagesOfBothKindsAreKeptFromDumpsAndChildren() throws Exception {
    for (NativeMemory pages : List.of(PrivatePages.open(5000), PrivatePages.openOrdinary(5000))) {
      try (pages) {
        ByteBuffer all = pages.buffer();
        assertTrue(all.remaining() >= 5000);
        while (all.hasRemaining()) {
          assertEquals(0, all.get());
        }
        List<String> flags = flags(pages.address());
        assertTrue(flags.containsAll(List.of("dd", "dc")), flags.toString());
      }
    }
  }

  @Test
  void theFlagsAreThoseOfTheMapping() throws Exception {
    try (NativeMemory control = NativeMemory.anonymous(5000)) {
      control.buffer().put(0, (byte) 1);
      List<String> flags = flags(control.address());
      assertTrue(flags.contains("wr") && !flags.contains("dd"), flags.toString());
    }
  }

  /** VmFlags of the mapping that holds an address (proc_pid_smaps(5)). */
  private static List<String> flags(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      String[] words = line.split("[ -]+");
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        inside =
            Long.parseUnsignedLong(words[0], 16) <= address
                && address < Long.parseUnsignedLong(words[1], 16);
      } else if (inside && words[0].equals("VmFlags:")) {
        return List.of(words);
      }
    }
    throw new IOException("no mapping there");
  }
}
