package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages of both kinds: in no dump and no child process. */
final class PrivatePagesTest {

  @Test
  void pagesOfBothKindsAreKeptFromDumpsAndChildren() throws Exception {
    for (PrivatePages pages : List.of(PrivatePages.open(5000), PrivatePages.openOrdinary(5000))) {
      try (NativeMemory memory = pages.memory()) {
        ByteBuffer all = memory.buffer();
        assertTrue(all.remaining() >= 5000);
        while (all.hasRemaining()) {
          assertEquals(0, all.get());
        }
        List<String> flags = Kernel.flags(memory.address());
        assertTrue(flags.containsAll(List.of("dd", "dc")), flags.toString());
      }
    }
  }

  @Test
  void theFlagsAreThoseOfTheMapping() throws Exception {
    try (NativeMemory control = NativeMemory.anonymous(5000)) {
      control.buffer().put(0, (byte) 1);
      List<String> flags = Kernel.flags(control.address());
      assertTrue(flags.contains("wr") && !flags.contains("dd"), flags.toString());
    }
  }
}
