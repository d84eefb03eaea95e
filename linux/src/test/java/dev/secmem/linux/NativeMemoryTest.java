package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeMemoryTest {
  private static final int PAGE = NativeMemory.PAGE_BYTES;

  @TempDir Path folder;

  /** Makes one of the kinds of memory that have guard pages. */
  private interface Maker {
    NativeMemory make(long sizeBytes) throws LinuxException;
  }

  @Test
  void aSizeIsRoundedUpToWholePagesAndThePagesAreZero() throws LinuxException {
    for (Maker maker : new Maker[] {NativeMemory::anonymous, NativeMemory::guarded}) {
      try (NativeMemory memory = maker.make(PAGE + 1)) {
        assertEquals(2L * PAGE, memory.sizeBytes());
        assertEquals(0, memory.address() % PAGE);
        ByteBuffer all = memory.buffer();
        assertEquals(ByteOrder.nativeOrder(), all.order());
        while (all.hasRemaining()) {
          assertEquals(0, all.get());
        }
      }
    }
  }

  @Test
  void sizesThatAreNoneAreRefused() {
    for (long size : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> NativeMemory.anonymous(size));
      assertThrows(IllegalArgumentException.class, () -> NativeMemory.guarded(size));
    }
  }

  @Test
  void memoryThatTheMachineDoesNotHaveIsAFailureThatNamesTheCall() {
    LinuxException failure =
        assertThrows(LinuxException.class, () -> NativeMemory.anonymous(1L << 60));
    assertEquals("mmap", failure.call());
    assertEquals(Errno.ENOMEM, failure.errno());
    assertTrue(failure.getMessage().startsWith("mmap: ENOMEM (not enough memory)"));
  }

  @Test
  void aBufferNeverReachesBeyondTheMemory() throws LinuxException {
    try (NativeMemory memory = NativeMemory.anonymous(PAGE)) {
      assertEquals(0, memory.buffer(PAGE, 0).remaining());
      assertEquals(1, memory.buffer(PAGE - 1, 1).remaining());
      long[][] wrong = {
        {-1, 1},
        {0, -1},
        {PAGE, 1},
        {PAGE - 1, 2},
        {0, PAGE + 1},
        {Long.MAX_VALUE, 1},
        {1, Integer.MAX_VALUE},
        {Long.MIN_VALUE, 0}
      };
      for (long[] range : wrong) {
        assertThrows(
            IndexOutOfBoundsException.class, () -> memory.buffer(range[0], (int) range[1]));
      }
    }
  }

  @Test
  void thePagesBelowAndAboveAreInaccessible() throws Exception {
    for (Maker maker : new Maker[] {NativeMemory::guarded, NativeMemory::secret}) {
      try (NativeMemory memory = maker.make(3L * PAGE)) {
        assertEquals("---p", Kernel.permissions(memory.address() - 1));
        assertEquals("---p", Kernel.permissions(memory.address() - PAGE));
        assertTrue(Kernel.permissions(memory.address()).startsWith("rw-"));
        assertTrue(Kernel.permissions(memory.address() + 3L * PAGE - 1).startsWith("rw-"));
        assertEquals("---p", Kernel.permissions(memory.address() + 3L * PAGE));
        assertEquals("---p", Kernel.permissions(memory.address() + 4L * PAGE - 1));
      }
    }
  }

  @Test
  void touchingAGuardPageEndsTheProcess() throws Exception {
    for (String where : new String[] {"below", "above"}) {
      ChildJvm.Result result =
          ChildJvm.own()
              .with("-XX:ErrorFile=" + folder.resolve("error"), "-XX:-CreateCoredumpOnCrash")
              .result(TouchGuard.class, where);
      // The control: the bytes beside the guards were touched before.
      assertEquals("fine", result.values().get("inside"), result.output());
      assertTrue(result.output().contains("SIGSEGV"), result.output());
      assertFalse(result.values().containsKey("outside"), result.output());
    }
  }

  static final class TouchGuard {
    public static void main(String[] arguments) throws LinuxException {
      NativeMemory memory = NativeMemory.guarded(PAGE);
      memory.buffer().put(0, (byte) 1).put(PAGE - 1, (byte) 1);
      ChildJvm.tell("inside", "fine");
      long at = arguments[0].equals("below") ? memory.address() - 1 : memory.address() + PAGE;
      NativeLibrary.bufferAt(at, 1).put(0, (byte) 1);
      ChildJvm.tell("outside", "reached");
    }
  }

  @Test
  void protectionsAreThePagesAndTheContentOutlivesThem() throws Exception {
    try (NativeMemory memory = NativeMemory.guarded(PAGE)) {
      memory.buffer().put(7, (byte) 42);
      memory.protect(NativeMemory.Access.NONE);
      assertEquals("---p", Kernel.permissions(memory.address()));
      memory.protect(NativeMemory.Access.READ);
      assertEquals("r--p", Kernel.permissions(memory.address()));
      assertEquals(42, memory.buffer().get(7));
      memory.protect(NativeMemory.Access.READ_WRITE);
      assertEquals("rw-p", Kernel.permissions(memory.address()));
      assertEquals(42, memory.buffer().get(7));
    }
  }

  @Test
  void wipeLeavesZeroesAndNothingElse() throws LinuxException {
    try (NativeMemory memory = NativeMemory.anonymous(PAGE)) {
      ByteBuffer all = fill(memory);
      NativeMemory.wipe(all.duplicate().position(10).limit(20));
      for (int i = 0; i < PAGE; i++) {
        assertEquals(i >= 10 && i < 20 ? 0 : 1, all.get(i), "byte " + i);
      }
      memory.wipe();
      for (int i = 0; i < PAGE; i++) {
        assertEquals(0, all.get(i));
      }
    }
  }

  @Test
  void wipeOfAHeapBufferIsRefused() {
    ByteBuffer heap = ByteBuffer.allocate(8);
    assertThrows(IllegalArgumentException.class, () -> NativeMemory.wipe(heap));
  }

  @Test
  void closeUnmapsTheGuardsTooAndCanBeRepeated() throws Exception {
    NativeMemory memory = NativeMemory.guarded(PAGE);
    memory.protect(NativeMemory.Access.NONE);
    long before = memory.address() - PAGE;
    assertNotEquals("", Kernel.mapping(before));
    memory.close();
    // A mapping of somebody else may come to lie there; a neighbour of ours cannot be mistaken.
    assertNotEquals("---p", Kernel.permissions(memory.address()));
    memory.close();
    memory.unmap();
  }

  @Test
  void closingOneTwiceDoesNotUnmapAnothers() throws Exception {
    NativeMemory first = NativeMemory.anonymous(PAGE);
    first.close();
    try (NativeMemory second = NativeMemory.anonymous(PAGE)) {
      second.buffer().put(0, (byte) 5);
      first.close(); // the second one usually lies where the first one was
      assertEquals(5, second.buffer().get(0));
    }
  }

  @Test
  void closeWipesWhatAFileHoldsAndUnmapDoesNot() throws LinuxException {
    int fd = Memfd.create();
    try {
      Memfd.resize(fd, PAGE);
      NativeMemory kept = NativeMemory.ofFile(fd, PAGE);
      kept.buffer().put(0, (byte) 9);
      kept.unmap();
      assertEquals(9, firstByte(fd));
      NativeMemory wiped = NativeMemory.ofFile(fd, PAGE);
      assertEquals(9, wiped.buffer().get(0));
      wiped.close();
      assertEquals(0, firstByte(fd));
    } finally {
      Descriptor.close(fd);
    }
  }

  @Test
  void aReadOnlyViewOfASealedFileClosesWithoutWiping() throws LinuxException {
    int fd = Kernel.memfd("content");
    try {
      Memfd.addSeals(fd, Memfd.SEAL_WRITE | Memfd.SEAL_SHRINK | Memfd.SEAL_GROW);
      assertEquals(
          Errno.EPERM,
          assertThrows(LinuxException.class, () -> NativeMemory.ofFile(fd, 1)).errno());
      NativeMemory view = NativeMemory.ofFile(fd, 1, NativeMemory.Access.READ);
      assertEquals('c', view.buffer().get(0));
      view.close();
      assertEquals('c', firstByte(fd));
    } finally {
      Descriptor.close(fd);
    }
  }

  @Test
  void adviceAndLocksAreSeenByTheKernel() throws Exception {
    try (NativeMemory memory = NativeMemory.guarded(PAGE)) {
      memory.buffer().put(0, (byte) 1);
      for (String flag : new String[] {"dd", "dc", "wf", "lo"}) {
        assertFalse(Kernel.flags(memory.address()).contains(flag), flag);
      }
      memory.excludeFromDumps();
      memory.excludeFromForks();
      memory.wipeOnFork();
      memory.lock();
      for (String flag : new String[] {"dd", "dc", "wf", "lo"}) {
        assertTrue(Kernel.flags(memory.address()).contains(flag), flag);
      }
    }
  }

  @Test
  void secretPagesAreOutOfReachOfDebuggersAndForks() throws Exception {
    int descriptors = Kernel.openDescriptors();
    try (NativeMemory secret = NativeMemory.secret(PAGE);
        NativeMemory ordinary = NativeMemory.guarded(PAGE)) {
      assertEquals(descriptors, Kernel.openDescriptors(), "its descriptor is closed at once");
      assertTrue(Kernel.mapping(secret.address()).contains("secretmem"));
      assertTrue(Kernel.flags(secret.address()).contains("dc"));
      secret.buffer().put(0, (byte) 77);
      ordinary.buffer().put(0, (byte) 77);
      // The control: the same way reads ordinary memory.
      assertEquals(77, readLikeADebugger(ordinary.address()));
      assertThrows(IOException.class, () -> readLikeADebugger(secret.address()));
    }
  }

  private static int readLikeADebugger(long address) throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
      memory.seek(address);
      return memory.read();
    }
  }

  private static ByteBuffer fill(NativeMemory memory) {
    ByteBuffer all = memory.buffer();
    for (int i = 0; i < all.capacity(); i++) {
      all.put(i, (byte) 1);
    }
    return all;
  }

  private static int firstByte(int fd) throws LinuxException {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    assertEquals(1, Descriptor.pread(fd, one, 0));
    return one.get(0);
  }

  @Test
  void lockOnFaultLocksWhatIsTouchedOnly() throws Exception {
    int pages = 8;
    try (NativeMemory memory = NativeMemory.guarded((long) pages * NativeMemory.PAGE_BYTES)) {
      memory.lockOnFault();
      memory.buffer().put(0, (byte) 1);
      String smaps = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/smaps"));
      String own = smaps.substring(smaps.indexOf(Long.toHexString(memory.address()) + "-"));
      own = own.substring(0, own.indexOf("VmFlags") + 200);
      assertTrue(own.contains(" lo "), own);
      assertTrue(
          java.util.regex.Pattern.compile("Locked: +" + NativeMemory.PAGE_BYTES / 1024 + " kB")
              .matcher(own)
              .find(),
          own);
    }
  }
}
