package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ScratchPoolTest {
  @Test
  void aPieceHasTheSizeThatWasAskedFor() throws Exception {
    try (ScratchPool pool = ScratchPool.forPlaintext(1 << 20)) {
      for (int size : new int[] {0, 1, 8192, 8193, 131072, 131073, 1 << 20}) {
        try (ScratchPool.Piece piece = pool.borrow(size)) {
          assertEquals(size, piece.buffer().remaining());
          piece.buffer().position(size);
          assertEquals(size, piece.buffer().remaining(), "each time from the start");
        }
      }
      assertThrows(IllegalArgumentException.class, () -> pool.borrow((1 << 20) + 1));
    }
  }

  @Test
  void eightMebibytesOfLockedMemoryDo() throws Exception {
    try (ScratchPool pool = ScratchPool.forPlaintext(1 << 20)) {
      assertTrue(pool.sizeBytes() <= (8 << 20) - 65536, "takes " + pool.sizeBytes());
      assertTrue(pool.isLocked());
    }
    try (ScratchPool tiny = ScratchPool.forPlaintext(1);
        ScratchPool middle = ScratchPool.forPlaintext(9000)) {
      tiny.borrow(1).close();
      middle.borrow(9000).close();
      assertThrows(IllegalArgumentException.class, () -> tiny.borrow(2));
      assertThrows(IllegalArgumentException.class, () -> middle.borrow(9001));
    }
  }

  @Test
  void plaintextsPagesAreLockedNotDumpedNotInheritedAndGoneAfterClose() throws Exception {
    ScratchPool pool = ScratchPool.forPlaintext(1 << 20);
    assertTrue(pool.sizeBytes() >= 2 << 20, "takes " + pool.sizeBytes());
    List<Long> addresses = new ArrayList<>();
    for (int size : new int[] {1, 100_000, 1 << 20}) {
      try (ScratchPool.Piece piece = pool.borrow(size)) {
        long address = NativeLibrary.addressOf(piece.buffer());
        addresses.add(address);
        String flags = flagsOf(address);
        for (String flag : new String[] {" lo", " dd", " dc"}) {
          assertTrue(flags.contains(flag), "size " + size + " has" + flags);
        }
      }
    }
    pool.close();
    for (long address : addresses) {
      assertFalse(flagsOf(address).contains(" lo"), "still there");
    }
    try (ScratchPool sealed = ScratchPool.forCiphertext(1 << 20);
        ScratchPool.Piece piece = sealed.borrow(1)) {
      String flags = flagsOf(NativeLibrary.addressOf(piece.buffer()));
      assertFalse(flags.contains(" lo"), "locked memory is scarce: ciphertext has" + flags);
    }
  }

  /** VmFlags of the mapping that holds an address (proc(5)); empty if there is none. */
  private static String flagsOf(long address) throws Exception {
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-");
        inside =
            Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
      } else if (inside && line.startsWith("VmFlags:")) {
        return line.substring("VmFlags:".length());
      }
    }
    return "";
  }

  @Test
  void whatWasWrittenIsWipedWhenThePieceComesBack() throws Exception {
    try (ScratchPool pool = ScratchPool.forPlaintext(100)) {
      ScratchPool.Piece piece = pool.borrow(100);
      ByteBuffer content = piece.buffer();
      while (content.hasRemaining()) {
        content.put((byte) 0x55);
      }
      ByteBuffer look = piece.buffer().duplicate();
      piece.close();
      while (look.hasRemaining()) {
        assertEquals(0, look.get());
      }
      piece.close(); // again: gives nothing back twice
      assertEquals(16, addresses(pool, 16).size());
    }
  }

  @Test
  void noTwoHoldOnePiece() throws Exception {
    try (ScratchPool pool = ScratchPool.forCiphertext(1 << 20)) {
      assertEquals(16, addresses(pool, 16).size());
      assertEquals(16, addresses(pool, 16).size(), "all came back");
    }
  }

  private static Set<Long> addresses(ScratchPool pool, int count) {
    List<ScratchPool.Piece> held = new ArrayList<>();
    Set<Long> addresses = new HashSet<>();
    for (int i = 0; i < count; i++) {
      ScratchPool.Piece piece = pool.borrow(1);
      held.add(piece);
      addresses.add(NativeLibrary.addressOf(piece.buffer()));
    }
    held.forEach(ScratchPool.Piece::close);
    return addresses;
  }

  @Test
  void whoComesTooManyWaitsUntilOneIsGivenBack() throws Exception {
    try (ScratchPool pool = ScratchPool.forPlaintext(1 << 20)) {
      ScratchPool.Piece first = pool.borrow(1 << 20);
      ScratchPool.Piece second = pool.borrow(1 << 20);
      CompletableFuture<Long> third =
          CompletableFuture.supplyAsync(
              () -> {
                try (ScratchPool.Piece piece = pool.borrow(1 << 20)) {
                  return NativeLibrary.addressOf(piece.buffer());
                }
              });
      assertThrows(TimeoutException.class, () -> third.get(30, TimeUnit.MILLISECONDS));
      pool.borrow(10).close(); // other sizes do not wait
      long address = NativeLibrary.addressOf(first.buffer());
      first.close();
      assertEquals(address, third.get(30, TimeUnit.SECONDS));
      second.close();
    }
  }

  @Test
  void anInterruptDoesNotEndTheWaitButIsKept() throws Exception {
    try (ScratchPool pool = ScratchPool.forPlaintext(1 << 20)) {
      ScratchPool.Piece first = pool.borrow(1 << 20);
      ScratchPool.Piece second = pool.borrow(1 << 20);
      AtomicBoolean interrupted = new AtomicBoolean();
      Thread waiter =
          new Thread(
              () -> {
                pool.borrow(1 << 20).close();
                interrupted.set(Thread.currentThread().isInterrupted());
              });
      waiter.start();
      waiter.interrupt();
      waiter.join(30);
      assertTrue(waiter.isAlive());
      second.close();
      waiter.join();
      assertTrue(interrupted.get());
      first.close();
    }
  }

  @Test
  void manyThreadsShareFewPiecesAndFindThemWiped() throws Exception {
    try (ScratchPool pool = ScratchPool.forPlaintext(200_000)) {
      List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads = new ArrayList<>();
      for (int t = 1; t <= 6; t++) {
        byte mark = (byte) t;
        Thread thread = new Thread(() -> useOften(pool, mark, failures));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), failures);
    }
  }

  private static void useOften(ScratchPool pool, byte mark, List<String> failures) {
    for (int round = 0; round < 300; round++) {
      try (ScratchPool.Piece piece = pool.borrow(150_000)) {
        ByteBuffer content = piece.buffer();
        if (content.get(0) != 0 || content.get(149_999) != 0) {
          failures.add("not wiped");
        }
        content.put(0, mark).put(149_999, mark);
        Thread.yield();
        if (content.get(0) != mark || content.get(149_999) != mark) {
          failures.add("shared");
        }
      }
    }
  }

  @Test
  void closingTwiceIsOnce() throws Exception {
    ScratchPool pool = ScratchPool.forPlaintext(1);
    pool.close();
    pool.close();
    EngineMemory memory = EngineMemory.open(100);
    assertSame(memory.scratch(), memory.scratch());
    assertFalse(memory.keyArenaKind() == dev.secmem.linux.KeyArena.Kind.NONE);
    memory.close();
    memory.close();
  }
}
