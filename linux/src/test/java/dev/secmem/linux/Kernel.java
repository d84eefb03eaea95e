package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** What the kernel tells of this process, for tests to compare with what was asked for. */
final class Kernel {
  private Kernel() {}

  /** How many descriptors this process has open, those of the JVM's own jars left out. */
  static int openDescriptors() throws IOException {
    return descriptors().size();
  }

  /** Each open descriptor with what it leads to, as {@code 7 -> pipe:[4711]}; the same ones. */
  static Set<String> descriptors() throws IOException {
    Set<String> open = new TreeSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          // Nor the one that lists them, whose number another one may have later.
          if (!isTheJvms(target) && !target.matches("/proc/[0-9]+/fd")) {
            open.add(descriptor.getFileName() + " -> " + target);
          }
        } catch (NoSuchFileException e) {
          continue; // closed since the list was made
        }
      }
    }
    return open;
  }

  /**
   * Waits until nothing is open that was not before: the pipes of an ended child are closed a
   * little later. What others close meanwhile does not matter.
   */
  static void assertNoneLeftOpen(Set<String> before) throws IOException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    Set<String> left;
    do {
      left = descriptors();
      left.removeAll(before);
    } while (!left.isEmpty() && System.nanoTime() < deadline && pause());
    assertEquals(Set.of(), left, "descriptors are left open");
  }

  private static boolean pause() {
    LockSupport.parkNanos(10_000_000);
    return true;
  }

  private static boolean isTheJvms(String target) {
    return target.endsWith(".jar")
        || target.endsWith(".so")
        || target.startsWith("/dev/")
        || target.startsWith("/sys/") // limits of control groups, which its compilers look up
        || target.startsWith("/proc/")
        || target.startsWith(System.getProperty("java.home"));
  }

  /** The line of /proc/self/maps that holds an address, or an empty text. */
  static String mapping(long address) throws IOException {
    for (String line : lines("/proc/self/maps")) {
      if (holds(line, address)) {
        return line;
      }
    }
    return "";
  }

  /** The permissions of the page at an address, as {@code rw-p}; empty if nothing is mapped. */
  static String permissions(long address) throws IOException {
    String line = mapping(address);
    return line.isEmpty() ? "" : line.split(" +")[1];
  }

  /** The VmFlags of the mapping that holds an address (proc_pid_smaps(5)). */
  static List<String> flags(long address) throws IOException {
    boolean found = false;
    for (String line : lines("/proc/self/smaps")) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        found = holds(line, address);
      } else if (found && line.startsWith("VmFlags:")) {
        return List.of(line.substring(8).trim().split(" +"));
      }
    }
    return List.of();
  }

  private static boolean holds(String line, long address) {
    int dash = line.indexOf('-');
    long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
    long to = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
    return Long.compareUnsigned(from, address) <= 0 && Long.compareUnsigned(address, to) < 0;
  }

  /** A field of /proc/self/status, its unit left out. */
  static String status(String field) throws IOException {
    return statusOf("/proc/self/status", field);
  }

  static String statusOf(String file, String field) throws IOException {
    for (String line : lines(file)) {
      if (line.startsWith(field + ":")) {
        return line.substring(field.length() + 1).replace("kB", "").trim();
      }
    }
    throw new IOException(file + " has no " + field);
  }

  /** Whether a descriptor is closed on exec. */
  static boolean isCloseOnExec(int fd) throws IOException {
    for (String line : lines("/proc/self/fdinfo/" + fd)) {
      if (line.startsWith("flags:")) {
        return (Long.parseLong(line.substring(6).trim(), 8) & 02000000) != 0;
      }
    }
    throw new IOException("no flags");
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
  }

  static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  static String text(ByteBuffer buffer) {
    return StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
  }

  /** A memfd with that content; the caller closes it. */
  static int memfd(String text) throws LinuxException {
    int fd = Memfd.create();
    Descriptor.pwrite(fd, direct(text), 0);
    return fd;
  }

  static int open(String path, int flags) throws LinuxException {
    ByteBuffer name = CallFrame.string(path);
    return Libc.OPEN.check(Libc.OPEN.call(NativeLibrary.addressOf(name), flags, 0600));
  }

  /** Tests that act as another uid need root, as whom the project's machines run them. */
  static void assumeRoot() {
    assumeTrue(OwnIdentity.uid() == 0, "acting as another uid needs root");
  }

  static void letOthersIn(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
