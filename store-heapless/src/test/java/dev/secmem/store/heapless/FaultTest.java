package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeMemory;
import dev.secmem.tck.Capability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each system call of an allocation is made to fail, by the kernel and for one thread only, and
 * what was acquired before is given back.
 */
final class FaultTest {
  private static final int MMAP = 9;
  private static final int MPROTECT = 10;
  private static final int MADVISE = 28;
  private static final int FTRUNCATE = 77;
  private static final int MLOCK = 149;
  private static final int GETRANDOM = 318;
  private static final int MEMFD_SECRET = 447;
  private static final int ENOMEM = 12;
  private static final int EPERM = 1;
  private static final int DONTFORK = 10;
  private static final int DONTDUMP = 16;
  private static final int MAP_FIXED = 0x10;
  private static final int SIZE = 12_288 - 7;

  /** What a case does, and what must come of it. */
  private record Case(
      String name, BufferFactory factory, Expected expected, SeccompFilter filter) {}

  private enum Expected {
    /** A buffer of the second best kind. */
    LOCKED,
    /** A checked failure. */
    REFUSED
  }

  private static List<Case> cases() {
    BufferFactory best = BufferFactory.ownPages();
    BufferFactory visible = InsecureMemory.avoidHidden(best);
    List<Case> cases = new ArrayList<>();
    // The kernel's own lengths tell our calls from the JVM's: 3 pages, 5 with the guards.
    int pages = 3 * NativeMemory.PAGE_BYTES;
    int all = 5 * NativeMemory.PAGE_BYTES;
    cases.add(of("memfd_secret", best, Expected.LOCKED, filter(MEMFD_SECRET)));
    cases.add(of("ftruncate", best, Expected.LOCKED, filter(FTRUNCATE).where(1, pages)));
    cases.add(of("mmap of the guards", best, Expected.REFUSED, filter(MMAP).where(1, all)));
    cases.add(
        of(
            "mmap of the file",
            best,
            Expected.LOCKED,
            filter(MMAP).where(1, pages).whereBits(3, MAP_FIXED)));
    cases.add(
        of(
            "madvise of the file",
            best,
            Expected.REFUSED,
            filter(MADVISE).where(1, pages).where(2, DONTFORK)));
    cases.add(of("mprotect", visible, Expected.REFUSED, filter(MPROTECT).where(1, pages)));
    cases.add(
        of(
            "madvise DONTDUMP",
            visible,
            Expected.REFUSED,
            filter(MADVISE).where(1, pages).where(2, DONTDUMP)));
    cases.add(
        of(
            "madvise DONTFORK",
            visible,
            Expected.REFUSED,
            filter(MADVISE).where(1, pages).where(2, DONTFORK)));
    cases.add(of("mlock", visible, Expected.REFUSED, filter(MLOCK)));
    cases.add(of("mlock, EPERM", visible, Expected.REFUSED, SeccompFilter.failing(MLOCK, EPERM)));
    cases.add(of("getrandom", visible, Expected.REFUSED, filter(GETRANDOM).where(1, SIZE)));
    return cases;
  }

  private static SeccompFilter filter(int number) {
    return SeccompFilter.failing(number, ENOMEM);
  }

  private static Case of(
      String name, BufferFactory factory, Expected expected, SeccompFilter filter) {
    return new Case(name, factory, expected, filter);
  }

  /** All cases, in a JVM that may die of it. */
  static final class Faults {
    public static void main(String[] arguments) throws Exception {
      // Loads and compiles all that is needed: a thread under a filter should do nothing new.
      for (int i = 0; i < 50; i++) {
        BufferFactory.ownPages().random(SIZE).close();
        InsecureMemory.avoidHidden(BufferFactory.ownPages()).random(SIZE).close();
      }
      attempt(of("none", BufferFactory.ownPages(), Expected.LOCKED, filter(MEMFD_SECRET)));
      int count = 0;
      for (Case each : cases()) {
        run(each);
        count++;
      }
      System.out.println("cases " + count);
      cannotBeOpenedOnClose();
      System.out.println("closed");
    }

    private static void run(Case each) throws Exception {
      Throwable[] failure = new Throwable[1];
      Thread thread =
          new Thread(
              () -> {
                try {
                  each.filter.install();
                  attempt(each);
                } catch (Throwable e) {
                  failure[0] = e;
                }
              });
      long mappings = ours();
      long descriptors = Native.descriptors();
      long locked = GuardedMemory.counters().lockedBytes();
      thread.start();
      thread.join();
      if (failure[0] != null) {
        throw new AssertionError(each.name, failure[0]);
      }
      expect(each.name + ": mappings", mappings, ours());
      expect(each.name + ": descriptors", descriptors, Native.descriptors());
      expect(each.name + ": locked", locked, GuardedMemory.counters().lockedBytes());
      expect(each.name + ": in use", 0, GuardedMemory.counters().inUse());
      // Without the filter all is well again.
      each.factory.random(SIZE).close();
    }

    private static void attempt(Case each) throws Exception {
      LockedBuffer buffer;
      try {
        buffer = each.factory.random(SIZE);
      } catch (PluginException e) {
        expect(each.name, Expected.REFUSED, each.expected);
        return;
      }
      try (buffer) {
        expect(each.name, Expected.LOCKED, each.expected);
        if (!each.name.equals("none")) {
          expect(each.name, false, buffer.protections().contains(Protection.HIDDEN));
        }
        expect(each.name, true, buffer.protections().contains(Protection.LOCKED));
      }
    }

    /** Pages that cannot be made writable are unmapped: close does not throw, and nothing stays. */
    private static void cannotBeOpenedOnClose() throws Exception {
      LockedBuffer buffer = LockedBuffer.random(SIZE);
      long mappings = ours();
      long before = GuardedMemory.counters().damaged();
      int pages = 3 * NativeMemory.PAGE_BYTES;
      Throwable[] failure = new Throwable[1];
      Thread thread =
          new Thread(
              () -> {
                try {
                  filter(MPROTECT).where(1, pages).install();
                  buffer.close();
                } catch (Throwable e) {
                  failure[0] = e;
                }
              });
      thread.start();
      thread.join();
      if (failure[0] != null) {
        throw new AssertionError("close threw", failure[0]);
      }
      expect("alive", false, buffer.isAlive());
      expect("reported", before + 1, GuardedMemory.counters().damaged());
      expect("unmapped", true, ours() < mappings);
    }

    /** Mappings that look like ours: hidden pages, and inaccessible ones of our guards' sizes. */
    private static long ours() throws Exception {
      try (var lines = java.nio.file.Files.lines(java.nio.file.Path.of("/proc/self/maps"))) {
        return lines.filter(Faults::isOurs).count();
      }
    }

    private static boolean isOurs(String line) {
      String[] fields = line.split(" +", 6);
      int dash = fields[0].indexOf('-');
      long bytes =
          Long.parseUnsignedLong(fields[0].substring(dash + 1), 16)
              - Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
      boolean named = fields.length > 5 && !fields[5].isEmpty();
      // What the JVM grows in can be read: it has those sizes, too, for a moment.
      boolean inaccessible = fields[1].startsWith("---") && !named;
      boolean guards = inaccessible && (bytes == 4096 || bytes == 12_288 || bytes == 20_480);
      return line.contains("secretmem") || guards;
    }

    private static void expect(String what, Object expected, Object actual) {
      if (!expected.toString().equals(actual.toString())) {
        throw new AssertionError(what + ": expected " + expected + ", was " + actual);
      }
    }
  }

  @Test
  void whateverFailsEverythingIsGivenBack() throws Exception {
    Capability.require(System.getProperty("os.arch").equals("amd64"), "x86-64 call numbers");
    String output = ChildJvm.run(0, "true", Faults.class);
    assertTrue(output.contains("cases " + cases().size()), output);
    assertTrue(output.contains("closed"), output);
  }
}
