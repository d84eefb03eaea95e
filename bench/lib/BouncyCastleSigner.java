import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Bouncy Castle's own rate: for each line on standard input, which says how many seconds, as many
 * threads as there are processors sign 64 bytes in a loop, and one line of key=value is printed.
 */
final class BouncyCastleSigner {
  private static final int MESSAGE_BYTES = 64;

  private BouncyCastleSigner() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          failure.printStackTrace();
          Runtime.getRuntime().halt(1); // half of the threads' rate would be no rate
        });
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      measure(Double.parseDouble(line));
    }
  }

  private static void measure(double seconds) throws IOException, InterruptedException {
    AtomicLong operations = new AtomicLong();
    Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
    double own = ownSeconds();
    double others = machineSeconds() - own;
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(() -> operations.addAndGet(sign(end)));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double passed = (System.nanoTime() - begin) / 1e9;
    double ownNow = ownSeconds();
    double othersNow = machineSeconds() - ownNow;
    System.out.printf(
        Locale.ROOT,
        "mode=bc-sign seconds=%.3f ops=%d rate=%.1f both_cpu_us_per_op=%.2f others_percent=%.1f%n",
        passed,
        operations.get(),
        operations.get() / passed,
        (ownNow - own) * 1e6 / operations.get(),
        100 * (othersNow - others) / (passed * threads.length));
  }

  /** Until then; with a key of its own, whose public key is known, as it is to the agent. */
  private static long sign(long endNanos) {
    byte[] privateKey = new byte[Ed25519.SECRET_KEY_SIZE];
    byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    byte[] message = new byte[MESSAGE_BYTES];
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    new SecureRandom().nextBytes(privateKey);
    Ed25519.generatePublicKey(privateKey, 0, publicKey, 0);
    long operations = 0;
    do {
      Ed25519.sign(privateKey, 0, publicKey, 0, message, 0, MESSAGE_BYTES, signature, 0);
      operations++;
    } while (System.nanoTime() - endNanos < 0);
    if (!Ed25519.verify(signature, 0, publicKey, 0, message, 0, MESSAGE_BYTES)) {
      throw new IllegalStateException("a signature of Bouncy Castle's does not verify");
    }
    return operations;
  }

  /** CPU time of the whole machine, by clock ticks of 10 ms. */
  private static double machineSeconds() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      return seconds(lines.findFirst().orElseThrow().split(" +"), 1, 2, 3, 6, 7, 8); // all but idle
    }
  }

  private static double ownSeconds() throws IOException {
    String text = Files.readString(Path.of("/proc/self/stat"));
    return seconds(text.substring(text.lastIndexOf(')') + 2).split(" "), 11, 12);
  }

  private static double seconds(String[] fields, int... summands) {
    return Arrays.stream(summands).mapToLong(i -> Long.parseLong(fields[i])).sum() / 100.0;
  }
}
