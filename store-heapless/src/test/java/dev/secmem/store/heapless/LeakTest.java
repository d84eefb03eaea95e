package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.tck.Race;
import org.junit.jupiter.api.Test;

/** A million buffers come and go, and the process is as it was. */
final class LeakTest {
  private static final int CYCLES = 10_000 * Race.rounds(100);

  /** Makes and closes buffers of both kinds and many sizes. */
  static final class Cycles {
    public static void main(String[] arguments) throws Exception {
      int cycles = Integer.parseInt(arguments[0]);
      run(20_000);
      Spares.drop();
      System.gc();
      long mappings = Native.mappings();
      long descriptors = Native.descriptors();
      long locked = GuardedMemory.counters().lockedBytes();
      run(cycles);
      Spares.drop();
      // The JVM opens a file for a moment now and then, to load a class or to ask for its limits.
      for (int i = 0; i < 100 && Native.descriptors() > descriptors; i++) {
        Thread.sleep(50);
      }
      System.out.println(
          "cycles "
              + cycles
              + " mappings "
              + (Native.mappings() - mappings)
              + " descriptors "
              + (Native.descriptors() - descriptors)
              + " locked "
              + (GuardedMemory.counters().lockedBytes() - locked)
              + " inUse "
              + GuardedMemory.counters().inUse());
    }

    private static void run(int cycles) throws Exception {
      byte[] content = Bytes.pattern(1, 32);
      for (int i = 0; i < cycles; i++) {
        BufferFactory factory = i % 4 == 0 ? BufferFactory.ownPages() : BufferFactory.pooled();
        int size = i % 1000 == 0 ? 5000 : 32 + i % 7;
        try (LockedBuffer buffer = factory.create(size)) {
          buffer.copyFrom(0, content);
        }
      }
    }
  }

  @Test
  void nothingIsLeft() throws Exception {
    try (ChildJvm child = ChildJvm.start("true", Cycles.class, Integer.toString(CYCLES))) {
      String[] words = child.expect("cycles").split(" ");
      // The JVM itself maps a few for its threads and code.
      assertTrue(Math.abs(Long.parseLong(words[2])) < 30, words[2] + " mappings");
      assertEquals("0", words[4], "descriptors");
      assertEquals("0", words[6], "locked bytes");
      assertEquals("0", words[8], "buffers in use");
      child.end(0);
    }
  }

  /** The largest there can be. */
  static final class Largest {
    public static void main(String[] arguments) throws Exception {
      int size = Integer.MAX_VALUE;
      try (LockedBuffer buffer = LockedBuffer.create(size)) {
        buffer.with(
            view -> {
              view.put(0, (byte) 1);
              view.putLong(size - 8, 2);
              System.out.println("sum " + (view.get(0) + view.getLong(size - 8)));
            });
        buffer.verify();
      } catch (dev.secmem.api.PluginException e) {
        System.out.println("sum " + e.reason());
      }
    }
  }

  @Test
  void theLargestIsMadeOrRefused() throws Exception {
    try (ChildJvm child = ChildJvm.start("true", Largest.class)) {
      String sum = child.expect("sum");
      assertTrue(sum.equals("3") || sum.equals("NO_SPACE"), sum);
      child.end(0);
    }
  }
}
