package dev.secmem.store.heapless;

import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests do behind the back of the product. */
final class Native {
  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();

  private Native() {}

  static NativeFunction function(String name, int arity) {
    return LIBC.function(name, arity);
  }

  /** Where a buffer's bytes lie. */
  static long addressOf(LockedBuffer buffer) {
    long[] address = new long[1];
    InsecureAccess.with(buffer, raw -> address[0] = NativeLibrary.addressOf(raw));
    return address[0];
  }

  /** Writes a byte to any address. */
  static void poke(long address, int value) {
    function("memset", 3).call(address, value, 1);
  }

  /** Reads a byte from any address. */
  static int peek(long address) {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    function("memcpy", 3).call(NativeLibrary.addressOf(one), address, 1);
    return one.get(0);
  }

  /** Reads as process_vm_readv(2) does; the number of bytes read, -1 for a refusal. */
  static long readOther(long pid, long address, ByteBuffer target) {
    ByteBuffer vectors = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    vectors.putLong(0, NativeLibrary.addressOf(target)).putLong(8, target.remaining());
    vectors.putLong(16, address).putLong(24, target.remaining());
    long at = NativeLibrary.addressOf(vectors);
    return function("process_vm_readv", 6).call(pid, at, 1, at + 16, 1, 0);
  }

  /** Reads /proc/PID/mem. */
  static byte[] readMemoryFile(long pid, long address, int length) throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      memory.seek(address);
      byte[] bytes = new byte[length];
      memory.readFully(bytes);
      return bytes;
    }
  }

  /** The flags that /proc/PID/smaps shows for the mapping at an address, a space around each. */
  static String flagsAt(String pid, long address) throws IOException {
    boolean inside = false;
    for (String line :
        Files.readAllLines(Path.of("/proc", pid, "smaps"), StandardCharsets.ISO_8859_1)) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        int dash = line.indexOf('-');
        long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
        long to = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
        inside = address >= from && address < to;
      } else if (inside && line.startsWith("VmFlags:")) {
        return line.substring("VmFlags:".length()) + " ";
      }
    }
    throw new IOException("no mapping there");
  }

  /** What the page at an address of this process may be used for: {@code rw-}. */
  static String accessAt(long address) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      int dash = line.indexOf('-');
      int space = line.indexOf(' ');
      long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
      long to = Long.parseUnsignedLong(line.substring(dash + 1, space), 16);
      if (address >= from && address < to) {
        return line.substring(space + 1, space + 4);
      }
    }
    throw new IOException("no mapping there");
  }

  static long mappings() throws IOException {
    try (var maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
      return maps.count();
    }
  }

  /**
   * What the JVM opens is no leak: a jar when it first needs a class of it, and now and then, for a
   * moment, what tells it the limits of its control group.
   */
  private static boolean isOfTheProgram(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return !target.endsWith(".jar")
          && !target.startsWith("/sys/")
          && !target.startsWith("/proc/");
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  static long descriptors() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(Native::isOfTheProgram).count();
    }
  }
}
