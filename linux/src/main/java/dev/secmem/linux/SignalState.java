package dev.secmem.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which signals a process blocks and ignores, what it hands on to a program that it executes
 * (signal(7), "Execution of signal handlers").
 *
 * @param blocked bit n-1 for signal n
 * @param ignored bit n-1 for signal n
 */
public record SignalState(long blocked, long ignored) {
  /**
   * All but SIGKILL and SIGSTOP. The two that the C library keeps for itself are in it: its spawn
   * would leave them ignored.
   */
  static final long CHANGEABLE = ~(bit(9) | bit(19));

  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * What this process was started with: the JVM leaves the mask of its first thread, which this
   * reads, as it was. A signal that the JVM handles by itself (SIGPIPE, SIGXFSZ) counts as not
   * ignored whatever the caller did. To be called before the program ignores signals of its own.
   */
  public static SignalState ofCaller() throws IOException {
    long blocked = 0;
    long ignored = 0;
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("SigBlk:")) {
        blocked = bits(line);
      } else if (line.startsWith("SigIgn:")) {
        ignored = bits(line);
      }
    }
    return new SignalState(blocked, ignored);
  }

  private static long bits(String line) {
    return hexadecimal(line.substring(line.indexOf(':') + 1).trim());
  }

  /** A set of signals as /proc/PID/status shows it. */
  public static long hexadecimal(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }

  static long bit(int signal) {
    return 1L << (signal - 1);
  }
}
