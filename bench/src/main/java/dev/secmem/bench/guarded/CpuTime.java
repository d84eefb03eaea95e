package dev.secmem.bench.guarded;

import com.godaddy.asherah.securememory.Secret;
import com.godaddy.asherah.securememory.protectedmemoryimpl.ProtectedMemorySecretFactory;
import dev.secmem.store.heapless.BufferFactory;
import dev.secmem.store.heapless.Enclave;
import dev.secmem.store.heapless.LockedBuffer;
import dev.secmem.store.heapless.Stream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;

/**
 * The same operations as {@link GuardedMemoryBench}, in CPU time of the thread (user and system)
 * instead of wall time, in turns of some milliseconds: on a machine that has other work to do,
 * JMH's averages say more about that work.
 */
public final class CpuTime {
  private static final int ROUNDS = 41;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuTime() {}

  private interface Operation {
    Object run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    byte[] content = new byte[32];
    ProtectedMemorySecretFactory asherah = new ProtectedMemorySecretFactory();
    Secret secret = asherah.createSecret(new byte[32]);
    LockedBuffer own = LockedBuffer.random(32);
    LockedBuffer pooled = BufferFactory.pooled().random(32);
    Map<String, Operation> operations = new LinkedHashMap<>();
    operations.put(
        "create+close, asherah",
        () -> {
          Secret made = asherah.createSecret(content);
          made.close();
          return made;
        });
    operations.put("create+close, pooled", () -> closed(BufferFactory.pooled().consume(content)));
    operations.put(
        "create+close, own pages", () -> closed(BufferFactory.ownPages().consume(content)));
    operations.put("enclave seal+open+close", () -> closed(Enclave.of(content).open()));
    operations.put("read, asherah", () -> secret.withSecretBytes(bytes -> bytes[7]));
    operations.put("read, pooled", () -> pooled.withResult(view -> view.get(7)));
    operations.put("read, own pages", () -> own.withResult(view -> view.get(7)));
    for (int warmUp = 0; warmUp < 3; warmUp++) {
      for (Operation operation : operations.values()) {
        micros(operation, 20_000);
      }
    }
    Map<String, double[]> results = new LinkedHashMap<>();
    operations.keySet().forEach(name -> results.put(name, new double[ROUNDS]));
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, Operation> each : operations.entrySet()) {
        boolean slow = each.getKey().contains("asherah") || each.getKey().contains("own");
        results.get(each.getKey())[round] = micros(each.getValue(), slow ? 500 : 5000);
      }
    }
    results.forEach((name, values) -> print(name, values, results));
    stream();
    for (String name : new String[] {"enclave seal+open+close", "create+close, pooled"}) {
      twoThreads(name, name.startsWith("enclave"));
    }
    own.close();
    pooled.close();
    secret.close();
  }

  /** Writes of 1 MiB, to be compared with openssl speed, which counts CPU time, too. */
  private static void stream() throws Exception {
    byte[] mebibyte = new byte[1 << 20];
    Operation write =
        () -> {
          Stream stream = new Stream();
          stream.write(mebibyte, 0, mebibyte.length);
          return stream;
        };
    micros(write, 500);
    double[] rounds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      rounds[i] = micros(write, 20);
    }
    double bytesPerSecond = (1 << 20) / (median(rounds) / 1e6);
    System.out.printf(
        "%-26s %8.0f kB/s of CPU time%n", "stream, 1 MiB writes", bytesPerSecond / 1e3);
  }

  /** CPU time of each operation alone and beside another thread: what they cost each other. */
  private static void twoThreads(String name, boolean enclave) throws Exception {
    double[] ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ratios[i] = 2 * beside(1, enclave) / beside(2, enclave);
    }
    System.out.printf("%-26s %8.2f x at most, by CPU time%n", name + ", 2 threads", median(ratios));
  }

  private static double beside(int threads, boolean enclave) throws Exception {
    double[] micros = new double[threads];
    Thread[] running = new Thread[threads];
    CyclicBarrier start = new CyclicBarrier(threads);
    for (int i = 0; i < threads; i++) {
      int index = i;
      running[i] =
          new Thread(
              () -> {
                try {
                  byte[] content = new byte[32];
                  start.await();
                  micros[index] =
                      micros(
                          () ->
                              closed(
                                  enclave
                                      ? Enclave.of(content).open()
                                      : BufferFactory.pooled().consume(content)),
                          enclave ? 5000 : 50_000);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      running[i].start();
    }
    double sum = 0;
    for (int i = 0; i < threads; i++) {
      running[i].join();
      sum += micros[i];
    }
    return sum / threads;
  }

  private static void print(String name, double[] values, Map<String, double[]> all) {
    double[] base = all.get(name.startsWith("read") ? "read, asherah" : "create+close, asherah");
    double[] ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ratios[i] = values[i] / base[i];
    }
    System.out.printf(
        "%-26s %8.3f us CPU   ratio to asherah's %.4f%n", name, median(values), median(ratios));
  }

  private static LockedBuffer closed(LockedBuffer buffer) {
    buffer.close();
    return buffer;
  }

  private static double micros(Operation operation, int count) throws Exception {
    long begin = THREADS.getCurrentThreadCpuTime();
    Object last = null;
    for (int i = 0; i < count; i++) {
      last = operation.run();
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - begin;
    if (last == null) {
      throw new IllegalStateException("nothing was measured");
    }
    return nanos / 1000.0 / count;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
