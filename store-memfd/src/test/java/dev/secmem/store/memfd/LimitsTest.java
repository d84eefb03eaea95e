package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What happens when the system refuses: each limit in a JVM of its own. */
final class LimitsTest {

  @Test
  void aHundredThousandSecretsUnderAFewDescriptors() throws Exception {
    String output = ChildJvm.run("ulimit -n 64", ManySecrets.class);
    assertTrue(output.contains("limit 64, records 100000"), output);
  }

  /** Puts 100 000 records and deletes them. */
  static final class ManySecrets {
    public static void main(String[] arguments) throws Exception {
      try (Filled filled = new Filled(64 << 20, Layout.SLAB_BYTES)) {
        for (int i = 0; i < 100_000; i++) {
          filled.put(96);
        }
        filled.check();
        System.out.println(
            "limit " + ResourceLimit.NOFILE.soft() + ", records " + filled.lengths.size());
        for (long id = 1; id <= 100_000; id++) {
          filled.delete(id);
        }
      }
      expect(0, Footprint.now().mappings());
    }
  }

  @Test
  void noDescriptorLeftIsNoSpaceAndPasses() throws Exception {
    String output = ChildJvm.run("true", NoDescriptor.class);
    assertTrue(output.contains("store(memfd): memfd_create: EMFILE"), output);
    assertTrue(output.contains("ulimit -n"), output);
  }

  /** Lowers the descriptor limit below what is open, fills up, raises it and goes on. */
  static final class NoDescriptor {
    public static void main(String[] arguments) throws Exception {
      try (Filled filled = new Filled(16 << 20, 64 << 10)) {
        filled.put(96);
        filled.check();
        long limit = ResourceLimit.NOFILE.soft();
        long hard = ResourceLimit.NOFILE.hard();
        long reserved = filled.reservedBytes();
        long mappings = Footprint.now().mappings();
        // Loading a class takes a descriptor where classes are in folders, as they are here.
        expectNoSpace(filled, 32 << 20);
        Class.forName(LinuxException.class.getName());
        Class.forName(Errno.class.getName());
        ResourceLimit.NOFILE.set(1, hard);
        expectNoSpace(filled, 1 << 20);
        expectNoSpace(filled, 20_000);
        // What needs no new slab still works.
        filled.put(96);
        ResourceLimit.NOFILE.set(limit, hard);
        expect(reserved, filled.reservedBytes());
        expect(mappings, Footprint.now().mappings());
        filled.put(1 << 20);
        filled.check();
      }
    }
  }

  @Test
  void aFileSizeLimitIsNoSpace() throws Exception {
    // Blocks of 512 bytes or 1 KiB, as the shell has it: between a small slab and a large record.
    String output = ChildJvm.run("ulimit -f 512", SmallFiles.class);
    assertTrue(output.contains("EFBIG"), output);
  }

  /** A slab fits under the limit on the size of files, a large record does not. */
  static final class SmallFiles {
    public static void main(String[] arguments) throws Exception {
      try (Filled filled = new Filled(16 << 20, 64 << 10)) {
        filled.put(96);
        long reserved = filled.reservedBytes();
        expectNoSpace(filled, 4 << 20);
        expect(reserved, filled.reservedBytes());
        expect(1, Footprint.now().mappings());
        expect(0, Footprint.now().descriptors());
        filled.check();
      }
    }
  }

  @Test
  void noAddressSpaceLeftIsNoSpace() throws Exception {
    String output =
        ChildJvm.run("export MALLOC_ARENA_MAX=1; ulimit -v 1200000", NoAddressSpace.class);
    assertTrue(output.contains("store(memfd): mmap: ENOMEM"), output);
  }

  /** Puts large records until there is no place to map one. */
  static final class NoAddressSpace {
    public static void main(String[] arguments) throws Exception {
      ByteBuffer large = ByteBuffer.allocate(48 << 20);
      try (MemfdStore store = new MemfdStore(2L << 30, 64 << 10)) {
        store.put(1, 0, large);
        long reserved = store.usage().reservedBytes();
        long records = 1;
        try {
          while (true) {
            store.put(records + 1, 0, large);
            records++;
          }
        } catch (PluginException e) {
          expect(Reason.NO_SPACE, e.reason());
          System.out.println(e.getMessage());
        }
        expect(records * reserved, store.usage().reservedBytes());
        expect(records, Footprint.now().mappings());
        expect(0, Footprint.now().descriptors());
        expect(true, store.delete(1));
        store.put(-1, 0, large);
      }
      expect(0, Footprint.now().mappings());
    }
  }

  private static void expectNoSpace(Filled filled, int length) {
    try {
      filled.put(length);
    } catch (PluginException e) {
      expect(Reason.NO_SPACE, e.reason());
      System.out.println(e.getMessage());
      return;
    }
    throw new AssertionError("a record of " + length + " bytes found space");
  }

  private static void expect(Object expected, Object actual) {
    if (!expected.toString().equals(actual.toString())) {
      throw new AssertionError("expected " + expected + ", was " + actual);
    }
  }
}
