package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** In JVMs with the agent's collector and young generation. */
final class CollectionGateTest {
  private static final List<String> HEAP =
      List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmn3m", "-XX:MarkSweepAlwaysCompactCount=1000000");

  /** What a child counted, by its mode: {@code gated} or, the control, {@code bare}. */
  private static long count(Class<?> main, String mode) throws Exception {
    try (AgentChild child = AgentChild.start(HEAP, main, mode)) {
      List<String> lines = child.lines();
      assertEquals(0, child.exitCode(), lines + ": " + child.stderrLines(20));
      return Long.parseLong(lines.get(lines.size() - 1).replace("counted ", ""));
    }
  }

  private static void around(CollectionGate gate, int sizeBytes, CollectionGate.Call call)
      throws PluginException {
    if (gate == null) {
      call.run();
    } else {
      gate.around(sizeBytes, call);
    }
  }

  private static CollectionGate gate(String[] arguments) {
    return arguments[0].equals("gated") ? new CollectionGate() : null;
  }

  @Test
  void nothingIsCollectedWithinACall() throws Exception {
    assertTrue(count(Calls.class, "bare") > 0, "control: without the gate there are some");
    assertEquals(0, count(Calls.class, "gated"));
  }

  /** Eight threads with calls of all sizes, beside one that allocates without asking. */
  static final class Calls {
    public static void main(String[] arguments) throws Exception {
      CollectionGate gate = gate(arguments);
      AtomicLong collected = new AtomicLong();
      AtomicBoolean stop = new AtomicBoolean();
      Thread beside = new Thread(() -> allocate(stop));
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(new Thread(() -> call(gate, collected)));
      }
      beside.start();
      callers.forEach(Thread::start);
      for (Thread caller : callers) {
        caller.join();
      }
      stop.set(true);
      beside.join();
      System.out.println("counted " + collected.get());
    }

    private static void call(CollectionGate gate, AtomicLong collected) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      try {
        for (int i = 0; i < 2000; i++) {
          int size = i % 200 == 0 ? 500_000 : random.nextInt(20_000);
          around(
              gate,
              size,
              () -> {
                WeakReference<Object> before = new WeakReference<>(new Object());
                byte[] plaintext = new byte[size];
                random.nextBytes(plaintext);
                byte[] sealed = Arrays.copyOf(plaintext, size + 28);
                collected.addAndGet(before.refersTo(null) ? 1 : 0);
                Arrays.fill(plaintext, sealed[size]);
              });
        }
      } catch (PluginException e) {
        throw new AssertionError(e);
      }
    }

    private static void allocate(AtomicBoolean stop) {
      byte[][] kept = new byte[4][];
      for (int i = 0; !stop.get(); i++) {
        kept[i % 4] = new byte[2048];
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void whatWasMovedAllTheSameIsOverwritten() throws Exception {
    assertTrue(count(Moved.class, "bare") > 0, "control: without the gate copies are found");
    assertEquals(0, count(Moved.class, "gated"));
  }

  /** Collects within calls, as threads that ask nobody may, and looks for what that left. */
  static final class Moved {
    private static final int BLOCKS = 1024;

    public static void main(String[] arguments) throws Exception {
      CollectionGate gate = gate(arguments);
      long found = 0;
      for (int i = 0; i < 10; i++) {
        long seed = new Random().nextLong();
        boolean fails = i % 2 == 1;
        try {
          around(gate, BLOCKS * Long.BYTES, () -> move(seed, fails));
        } catch (PluginException e) {
          found += fails ? 0 : BLOCKS;
        }
        found += count(first(seed));
      }
      System.out.println("counted " + found);
    }

    private static long first(long seed) {
      return new Random(seed).nextLong();
    }

    private static void move(long seed, boolean fails) throws PluginException {
      long[] plaintext = new long[BLOCKS];
      Arrays.fill(plaintext, first(seed));
      System.gc();
      Arrays.fill(plaintext, 0);
      if (fails) {
        throw new PluginException(PluginException.Reason.FAILED, "it is to fail");
      }
    }

    /** How often a word is in what this process can write, its own variable left out. */
    private static long count(long word) throws IOException {
      long found = 0;
      ByteBuffer page = ByteBuffer.allocateDirect(4096).order(java.nio.ByteOrder.nativeOrder());
      try (FileChannel memory = FileChannel.open(Path.of("/proc/self/mem"))) {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
          if (!line.contains(" rw-p 00000000 00:00 0")) {
            continue; // not anonymous
          }
          String[] range = line.split("[ -]");
          long end = Long.parseLong(range[1], 16);
          for (long at = Long.parseLong(range[0], 16); at < end; at += 4096) {
            memory.read(page.clear(), at);
            int inPage = 0;
            for (int i = 0; i < page.position(); i += Long.BYTES) {
              inPage += page.getLong(i) == word ? 1 : 0;
            }
            found += inPage > 16 ? inPage : 0; // a few are on the stack of who looks
          }
        }
      }
      return found;
    }
  }

  @Test
  void aFailureIsTheCallersAndTheGateGoesOn() throws Exception {
    CollectionGate gate = new CollectionGate();
    PluginException failure = new PluginException(PluginException.Reason.FAILED, "it is to fail");
    for (int size : new int[] {16, 512 << 20}) {
      for (int i = 0; i < 3; i++) {
        assertEquals(
            failure,
            assertThrows(
                PluginException.class,
                () ->
                    gate.around(
                        size,
                        () -> {
                          throw failure;
                        })));
      }
    }
    AtomicLong runs = new AtomicLong();
    gate.alone(runs::incrementAndGet);
    gate.around(16, runs::incrementAndGet);
    assertEquals(2, runs.get());
  }
}
