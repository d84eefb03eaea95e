package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.tck.Capability;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RLIMIT_MEMLOCK as a user feels it: root, who runs these tests, is not held to it. */
final class LimitsTest {
  private static final int UID = 61_234;

  @TempDir Path folder;

  private String run(String memlockKib, Class<?> main) throws Exception {
    Capability.require(Native.function("geteuid", 0).call() == 0, "needs root");
    Capability.require(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
    folder.toFile().setExecutable(true, false);
    folder.toFile().setReadable(true, false);
    try (ChildJvm child = ChildJvm.startAs(UID, folder, "ulimit -l " + memlockKib, main)) {
      return child.end(0);
    }
  }

  /** Nothing can be locked. */
  static final class Nothing {
    public static void main(String[] arguments) throws Exception {
      for (BufferFactory factory : List.of(BufferFactory.ownPages(), BufferFactory.pooled())) {
        long mappings = settled();
        for (int i = 0; i < 100; i++) {
          expectNoSpace(() -> factory.create(32));
          byte[] bytes = {1};
          expectNoSpace(() -> factory.consume(bytes));
          expect(0, bytes[0]);
          expectNoSpace(() -> factory.readAll(new ByteArrayInputStream(new byte[10])));
        }
        expect(true, Native.mappings() - mappings < 10);
        try (LockedBuffer buffer = InsecureMemory.allowUnlocked(factory).random(32)) {
          expect(false, buffer.protections().contains(Protection.LOCKED));
          expect(true, buffer.protections().contains(Protection.NOT_DUMPED));
          try {
            buffer.require(Protection.LOCKED);
            throw new AssertionError("not locked, and nobody minds");
          } catch (PluginException e) {
            expect(Reason.UNAVAILABLE, e.reason());
          }
        }
      }
      LockedBuffer.create(0).close();
      try {
        Enclave.random(32);
        throw new AssertionError("an enclave's key was not locked");
      } catch (PluginException e) {
        System.out.println(e.getMessage());
      }
      InsecureMemory.allowUnlockedEnclaves();
      Enclave.random(32).open().close();
      Stream stream = new Stream();
      stream.write(new byte[100], 0, 100);
      stream.flush().close();
      System.out.println("done");
    }

    private static long settled() throws Exception {
      expectNoSpace(() -> LockedBuffer.create(32));
      return Native.mappings();
    }
  }

  @Test
  void withoutAnyOnlyTheInsecureWayGoesOn() throws Exception {
    String output = run("0", Nothing.class);
    assertTrue(output.contains("ulimit -l") && output.contains("done"), output);
  }

  /** 64 KiB: sixteen pages. */
  static final class Little {
    public static void main(String[] arguments) throws Exception {
      List<LockedBuffer> all = new ArrayList<>();
      expectNoSpace(
          () -> {
            while (true) {
              all.add(LockedBuffer.random(32));
            }
          });
      expect(16, all.size());
      all.forEach(LockedBuffer::close);
      all.clear();
      // The spare pages that these left behind are let go for what needs them.
      expectNoSpace(
          () -> {
            while (true) {
              all.add(BufferFactory.pooled().random(32));
            }
          });
      expect(true, all.size() >= 1500);
      all.forEach(LockedBuffer::close);
      try (LockedBuffer large = LockedBuffer.random(60_000)) {
        expect(true, large.isAlive());
      }
      Enclave.random(32).open().close();
      System.out.println("done");
    }
  }

  @Test
  void sixtyFourKibibytesAreUsedToTheLastPage() throws Exception {
    assertTrue(run("64", Little.class).contains("done"));
  }

  /** 8 MiB: a hundred thousand small secrets. */
  static final class Usual {
    public static void main(String[] arguments) throws Exception {
      long mappings = Native.mappings();
      LockedBuffer[] all = new LockedBuffer[100_000];
      for (int i = 0; i < all.length; i++) {
        all[i] = BufferFactory.pooled().random(32);
        expect(true, all[i].protections().contains(Protection.LOCKED));
      }
      long more = Native.mappings() - mappings;
      System.out.println("mappings " + more + " locked " + GuardedMemory.counters().lockedBytes());
      // Of the 65 530 that the kernel allows.
      expect(true, more < 1000);
      expect(8L << 20, GuardedMemory.counters().lockedBytesAllowed());
      expect(true, GuardedMemory.counters().lockedBytes() <= 8L << 20);
      for (LockedBuffer each : all) {
        each.verify();
        each.close();
      }
      expect(0, GuardedMemory.counters().inUse());
      expect(true, GuardedMemory.counters().lockedBytes() < 2 << 20);
      System.out.println("done");
    }
  }

  @Test
  void eightMebibytesHoldAHundredThousandSecrets() throws Exception {
    assertTrue(run("8192", Usual.class).contains("done"));
  }

  private interface Making {
    void run() throws Exception;
  }

  private static void expectNoSpace(Making making) throws Exception {
    try {
      making.run();
    } catch (PluginException e) {
      expect(Reason.NO_SPACE, e.reason());
      expect(true, e.getMessage().contains("memlock limit is"));
      return;
    }
    throw new AssertionError("there was space");
  }

  private static void expect(Object expected, Object actual) {
    if (!expected.toString().equals(actual.toString())) {
      throw new AssertionError("expected " + expected + ", was " + actual);
    }
  }
}
