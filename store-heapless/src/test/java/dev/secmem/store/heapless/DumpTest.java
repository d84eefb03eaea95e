package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeLibrary;
import dev.secmem.tck.Capability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others get of a process's secrets: by core dumps, and by reading its memory as root. */
final class DumpTest {
  private static final int SECRET_BYTES = 48;

  @TempDir Path folder;

  /** The secret number n, which the child computes inside guarded memory only. */
  static int secretByte(int n, int index) {
    int x = (n + 1) * 0x9e3779b9 + index * 0x85ebca6b;
    x = (x ^ x >>> 15) * 0x2c1b3c6d;
    return x >>> 13 & 0xff;
  }

  static byte[] secret(int n) {
    byte[] secret = new byte[SECRET_BYTES];
    for (int i = 0; i < SECRET_BYTES; i++) {
      secret[i] = (byte) secretByte(n, i);
    }
    return secret;
  }

  /** Holds five secrets, and a sixth one in ordinary memory: the control. */
  static final class Holder {
    static LockedBuffer[] buffers;
    static Enclave enclave;
    static ByteBuffer control = ByteBuffer.allocateDirect(SECRET_BYTES);

    public static void main(String[] arguments) throws Exception {
      BufferFactory own = BufferFactory.ownPages();
      buffers =
          new LockedBuffer[] {
            make(own, 0),
            make(BufferFactory.pooled(), 1),
            make(InsecureMemory.avoidHidden(own), 2),
            make(InsecureMemory.avoidHidden(BufferFactory.pooled()), 3)
          };
      enclave = make(own, 4).seal();
      for (int i = 0; i < SECRET_BYTES; i++) {
        control.put(i, (byte) secretByte(5, i));
      }
      System.out.println(
          "addresses "
              + Native.addressOf(buffers[0])
              + " "
              + Native.addressOf(buffers[1])
              + " "
              + NativeLibrary.addressOf(control));
      // Readers keep the pages open: closed ones would prove less.
      buffers[0].<Exception>with(a -> buffers[2].<Exception>with(b -> System.in.read()));
      try (LockedBuffer opened = enclave.open()) {
        System.out.println("opened " + opened.contentEquals(secret(4)));
      }
    }

    private static LockedBuffer make(BufferFactory factory, int n) throws PluginException {
      LockedBuffer buffer = factory.create(SECRET_BYTES);
      buffer.with(
          view -> {
            for (int i = 0; i < SECRET_BYTES; i++) {
              view.put(i, (byte) secretByte(n, i));
            }
          });
      return buffer;
    }
  }

  @Test
  void aCoreOfADebuggerHasNoSecret() throws Exception {
    needsGcore();
    try (ChildJvm child = ChildJvm.start("true", Holder.class)) {
      child.expect("addresses");
      Path core = gcore(child.pid());
      for (int n = 0; n < 5; n++) {
        assertEquals(0, count(core, secret(n)), "secret " + n + " is in the core");
      }
      assertTrue(count(core, secret(5)) > 0, "the control is not in the core");
      child.goOn();
      assertTrue(child.end(0).contains("opened true"));
    }
  }

  @Test
  void aCoreOfAllMappingsHasNoHiddenSecret() throws Exception {
    needsGcore();
    try (ChildJvm child = ChildJvm.start("true", Holder.class)) {
      child.expect("addresses");
      Path core = gcore(child.pid(), "-a");
      for (int n : new int[] {0, 1, 4}) {
        assertEquals(0, count(core, secret(n)), "secret " + n + " is in the core");
      }
      // Locked pages are hidden from nobody: an honest limit, and one more control.
      assertTrue(count(core, secret(2)) > 0 && count(core, secret(5)) > 0);
      child.goOn();
      child.end(0);
    }
  }

  @Test
  void aCoreOfTheKernelHasNoSecret() throws Exception {
    String pattern = Files.readString(Path.of("/proc/sys/kernel/core_pattern")).strip();
    Capability.require(!pattern.startsWith("|") && !pattern.contains("/"), "cores go elsewhere");
    String shell = "cd " + folder + " && ulimit -c unlimited";
    try (ChildJvm child = ChildJvm.start(shell, Holder.class)) {
      child.expect("addresses");
      new ProcessBuilder("sh", "-c", "kill -ABRT " + child.pid()).start().waitFor();
      child.end(134);
    }
    try (var files = Files.list(folder)) {
      Path core =
          files.filter(f -> f.getFileName().toString().startsWith("core")).findAny().orElseThrow();
      for (int n = 0; n < 5; n++) {
        assertEquals(0, count(core, secret(n)), "secret " + n + " is in the core");
      }
      assertTrue(count(core, secret(5)) > 0, "the control is not in the core");
    }
  }

  @Test
  void rootCannotReadHiddenMemory() throws Exception {
    Capability.require(isRoot(), "needs root");
    try (ChildJvm child = ChildJvm.start("true", Holder.class)) {
      String[] addresses = child.expect("addresses").split(" ");
      long pid = child.pid();
      ByteBuffer target = ByteBuffer.allocateDirect(SECRET_BYTES);
      for (int i = 0; i < 2; i++) {
        long address = Long.parseLong(addresses[i]);
        assertEquals(-1, Native.readOther(pid, address, target));
        assertThrows(IOException.class, () -> Native.readMemoryFile(pid, address, SECRET_BYTES));
        String flags = Native.flagsAt(Long.toString(pid), address);
        assertTrue(
            flags.contains(" lo ") && flags.contains(" dd ") && flags.contains(" dc "), flags);
      }
      long control = Long.parseLong(addresses[2]);
      assertEquals(SECRET_BYTES, Native.readOther(pid, control, target));
      byte[] read = new byte[SECRET_BYTES];
      target.get(0, read);
      assertArrayEquals(secret(5), read);
      assertArrayEquals(secret(5), Native.readMemoryFile(pid, control, SECRET_BYTES));
      child.goOn();
      child.end(0);
    }
  }

  private static boolean isRoot() {
    return Native.function("geteuid", 0).call() == 0;
  }

  private static void needsGcore() {
    Capability.require(isRoot(), "needs root");
    Capability.require(Files.isExecutable(Path.of("/usr/bin/gcore")), "needs gcore (gdb)");
  }

  private Path gcore(long pid, String... options) throws Exception {
    var command = new java.util.ArrayList<>(java.util.List.of("gcore"));
    command.addAll(java.util.List.of(options));
    command.addAll(java.util.List.of("-o", folder.resolve("core").toString(), Long.toString(pid)));
    Process gcore = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(gcore.getInputStream().readAllBytes());
    assertTrue(gcore.waitFor(2, TimeUnit.MINUTES), "gcore hangs");
    Path core = folder.resolve("core." + pid);
    assertTrue(Files.exists(core), output);
    return core;
  }

  /** How often a piece of 8 bytes of the secret is in a file, at any alignment. */
  private static long count(Path file, byte[] secret) throws IOException {
    long found = 0;
    long first = ByteBuffer.wrap(secret).getLong(0);
    long later = ByteBuffer.wrap(secret).getLong(24);
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer chunk = ByteBuffer.allocate(1 << 20);
      long word = 0;
      while (channel.read(chunk.clear()) > 0) {
        byte[] bytes = chunk.array();
        for (int i = 0; i < chunk.position(); i++) {
          word = word << 8 | bytes[i] & 0xff;
          if (word == first || word == later) {
            found++;
          }
        }
      }
    }
    return found;
  }
}
