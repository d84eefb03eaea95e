package dev.secmem.store.memfd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The seals, seen through a descriptor that a store would have closed. */
final class SlabMemoryTest {
  private static final int SIZE = 64 << 10;

  private int fd;
  private NativeMemory memory;

  @BeforeEach
  void open() throws LinuxException {
    fd = Memfd.create();
    memory = SlabMemory.seal(fd, SIZE);
  }

  @AfterEach
  void close() {
    memory.close();
    Descriptor.close(fd);
  }

  @Test
  void hasTheFourSeals() throws LinuxException {
    int seals = Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_FUTURE_WRITE | Memfd.SEAL_SEAL;
    assertEquals(seals, Memfd.seals(fd) & seals);
    assertEquals(0, Memfd.seals(fd) & Memfd.SEAL_WRITE, "then nothing could be wiped");
  }

  @Test
  void onlyTheFirstViewCanWrite() throws LinuxException {
    ByteBuffer some = ByteBuffer.allocateDirect(8);
    assertErrno(Errno.EPERM, () -> Descriptor.pwrite(fd, some, 0));
    assertErrno(Errno.EPERM, () -> Memfd.resize(fd, SIZE / 2));
    assertErrno(Errno.EPERM, () -> Memfd.resize(fd, 2 * SIZE));
    assertErrno(Errno.EPERM, () -> Memfd.addSeals(fd, Memfd.SEAL_WRITE));
    assertErrno(Errno.EPERM, () -> NativeMemory.ofFile(fd, SIZE));
    NativeMemory second = NativeMemory.ofFile(fd, SIZE, NativeMemory.Access.READ);
    try {
      assertErrno(Errno.EACCES, () -> second.protect(NativeMemory.Access.READ_WRITE));
      memory.buffer().putLong(SIZE - 8, 42);
      assertEquals(42, second.buffer().getLong(SIZE - 8), "it is the same memory");
      memory.wipe();
      assertEquals(0, second.buffer().getLong(SIZE - 8));
    } finally {
      second.unmap();
    }
  }

  @Test
  void closeWipesTheFile() throws LinuxException {
    memory.buffer().putLong(4096, 42);
    ByteBuffer seen = ByteBuffer.allocateDirect(8).order(memory.buffer().order());
    Descriptor.pread(fd, seen, 4096);
    assertEquals(42, seen.getLong(0), "positive control");
    memory.close();
    seen.clear();
    Descriptor.pread(fd, seen, 4096);
    assertEquals(0, seen.getLong(0));
  }

  @Test
  void isLeftOutOfDumpsAndForks() throws Exception {
    String from = Long.toHexString(memory.address()) + "-";
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    int at = 0;
    while (!lines.get(at).startsWith(from)) {
      at++;
    }
    while (!lines.get(at).startsWith("VmFlags:")) {
      at++;
    }
    List<String> flags = List.of(lines.get(at).substring(8).trim().split(" "));
    assertTrue(flags.containsAll(List.of("dd", "dc", "sh", "wr")), flags.toString());
  }

  @Test
  void everyPageIsThereFromTheStart() throws Exception {
    String file = "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd;
    Process stat = new ProcessBuilder("stat", "-L", "-c", "%b", file).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), US_ASCII).trim();
    assertEquals(SIZE / 512, Integer.parseInt(blocks), "blocks of 512 bytes, nothing written yet");
  }

  @Test
  void anOpenSlabHasNoDescriptor() throws Exception {
    Footprint before = Footprint.now();
    NativeMemory slab = SlabMemory.open(SIZE);
    assertEquals(new Footprint(before.descriptors(), before.mappings() + 1), Footprint.now());
    slab.close();
    assertEquals(before, Footprint.now());
  }

  private static void assertErrno(int errno, Executable call) {
    assertEquals(errno, assertThrows(LinuxException.class, call).errno());
  }
}
