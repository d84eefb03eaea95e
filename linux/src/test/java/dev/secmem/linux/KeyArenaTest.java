package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyArenaTest {
  private static final int SLOTS_IN_A_PAGE = NativeMemory.PAGE_BYTES / KeyArena.SLOT_BYTES;

  @TempDir Path folder;

  @Test
  void hereItIsSecretMemory() throws LinuxException {
    try (KeyArena arena = KeyArena.open(1)) {
      assertEquals(KeyArena.Kind.MEMFD_SECRET, arena.kind());
    }
  }

  @Test
  void ofOrdinaryPagesItIsLockedAndLeftOutOfDumpsAndForks() throws Exception {
    try (KeyArena arena = KeyArena.openOrdinary(1)) {
      assertEquals(KeyArena.Kind.MLOCK, arena.kind());
      try (KeyArena.Slot slot = arena.allocate()) {
        long at = NativeLibrary.addressOf(slot.buffer(1));
        assertTrue(Kernel.flags(at).containsAll(List.of("lo", "dd", "dc")));
        assertEquals("---p", Kernel.permissions(at - 1));
        assertEquals("---p", Kernel.permissions(at + NativeMemory.PAGE_BYTES));
      }
    }
  }

  @Test
  void itHasAsManySlotsAsFitItsPagesEachItsOwn() throws LinuxException {
    try (KeyArena arena = KeyArena.open(1)) {
      Set<Long> addresses = new HashSet<>();
      for (int i = 0; i < SLOTS_IN_A_PAGE; i++) {
        ByteBuffer slot = arena.allocate().buffer(KeyArena.SLOT_BYTES);
        assertTrue(addresses.add(NativeLibrary.addressOf(slot)));
        while (slot.hasRemaining()) {
          assertEquals(0, slot.get());
        }
      }
      long lowest = addresses.stream().min(Long::compare).orElseThrow();
      for (long address : addresses) {
        assertEquals(0, (address - lowest) % KeyArena.SLOT_BYTES);
      }
      assertEquals(
          "key arena is full",
          assertThrows(IllegalStateException.class, arena::allocate).getMessage());
    }
  }

  @Test
  void aSlotIsWipedWhenItIsGivenBackAndUsedAgain() throws LinuxException {
    try (KeyArena arena = KeyArena.open(1)) {
      KeyArena.Slot first = arena.allocate();
      KeyArena.Slot neighbour = arena.allocate();
      ByteBuffer key = first.buffer(KeyArena.SLOT_BYTES);
      for (int i = 0; i < KeyArena.SLOT_BYTES; i++) {
        key.put(i, (byte) 0xaa);
        neighbour.buffer(KeyArena.SLOT_BYTES).put(i, (byte) 0xbb);
      }
      first.close();
      for (int i = 0; i < KeyArena.SLOT_BYTES; i++) {
        assertEquals(0, key.get(i));
        assertEquals((byte) 0xbb, neighbour.buffer(KeyArena.SLOT_BYTES).get(i));
      }
      KeyArena.Slot second = arena.allocate();
      assertEquals(
          NativeLibrary.addressOf(key), NativeLibrary.addressOf(second.buffer(1)), "used again");
    }
  }

  @Test
  void closingASlotTwiceDoesNotTakeItFromItsNextOwner() throws LinuxException {
    try (KeyArena arena = KeyArena.open(1)) {
      KeyArena.Slot first = arena.allocate();
      first.close();
      KeyArena.Slot second = arena.allocate();
      second.buffer(1).put(0, (byte) 7);
      first.close();
      assertEquals(7, second.buffer(1).get(0));
      assertNotEquals(
          NativeLibrary.addressOf(second.buffer(1)),
          NativeLibrary.addressOf(arena.allocate().buffer(1)));
    }
  }

  @Test
  void aSlotLendsNoMoreThanItHas() throws LinuxException {
    try (KeyArena arena = KeyArena.open(1)) {
      KeyArena.Slot slot = arena.allocate();
      assertEquals(32, slot.buffer(32).remaining());
      assertThrows(IndexOutOfBoundsException.class, () -> slot.buffer(KeyArena.SLOT_BYTES + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> slot.buffer(-1));
    }
  }

  @Test
  void afterCloseNothingIsGivenAndSlotsStillClose() throws LinuxException {
    KeyArena arena = KeyArena.open(1);
    KeyArena.Slot slot = arena.allocate();
    arena.close();
    assertEquals(
        "key arena is closed",
        assertThrows(IllegalStateException.class, arena::allocate).getMessage());
    slot.close();
    slot.close();
    arena.close();
  }

  @Test
  void manyThreadsNeverShareASlot() throws Exception {
    try (KeyArena arena = KeyArena.open(1)) {
      List<Thread> threads = new ArrayList<>();
      List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int t = 1; t <= 4; t++) {
        byte mark = (byte) t;
        Thread thread = new Thread(() -> borrowOften(arena, mark, failures));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), failures);
      for (int i = 0; i < SLOTS_IN_A_PAGE; i++) {
        arena.allocate(); // every one came back
      }
    }
  }

  private static void borrowOften(KeyArena arena, byte mark, List<String> failures) {
    for (int round = 0; round < 2000; round++) {
      try (KeyArena.Slot slot = arena.allocate()) {
        ByteBuffer key = slot.buffer(KeyArena.SLOT_BYTES);
        for (int i = 0; i < KeyArena.SLOT_BYTES; i++) {
          if (key.get(i) != 0) {
            failures.add("not wiped: " + key.get(i));
          }
          key.put(i, mark);
        }
        for (int i = 0; i < KeyArena.SLOT_BYTES; i++) {
          if (key.get(i) != mark) {
            failures.add("shared: " + key.get(i));
          }
        }
      } catch (RuntimeException e) {
        failures.add(e.toString());
      }
    }
  }

  @Test
  void whereNothingMayBeLockedItSaysSo() throws Exception {
    Kernel.assumeRoot();
    Kernel.letOthersIn(folder);
    Map<String, String> told = ChildJvm.ofUid(12345, folder, "--clear-groups").run(Limited.class);
    assertEquals("MEMFD_SECRET", told.get("kind_with_room"));
    assertEquals("NONE", told.get("kind_without_room"));
    assertEquals("works", told.get("slot"));
    assertEquals(
        "memfd_secret mmap: EAGAIN (try again); memlock limit is 0 KiB; raise it with 'ulimit -l',"
            + " LimitMEMLOCK= (systemd) or --ulimit memlock= (containers)",
        told.get("secret_call") + " " + told.get("secret_failure"));
    assertEquals(
        "mlock: ENOMEM (not enough memory); memlock limit is 16 KiB; raise it with 'ulimit -l',"
            + " LimitMEMLOCK= (systemd) or --ulimit memlock= (containers)",
        told.get("lock_failure"));
    assertEquals("false", told.get("locked_all"));
  }

  /** Runs as a uid that feels RLIMIT_MEMLOCK, which root does not. */
  static final class Limited {
    public static void main(String[] arguments) throws LinuxException {
      ResourceLimit.MEMLOCK.set(16384, 16384);
      try (KeyArena arena = KeyArena.open(8192)) {
        ChildJvm.tell("kind_with_room", arena.kind());
      }
      try (NativeMemory large = NativeMemory.anonymous(1 << 20)) {
        ChildJvm.tell("lock_failure", failure(large::lock));
      }
      ChildJvm.tell("locked_all", failure(ProcessProtection::lockAllMemory).isEmpty());
      ResourceLimit.MEMLOCK.set(0, 0);
      try (KeyArena arena = KeyArena.open(8192)) {
        ChildJvm.tell("kind_without_room", arena.kind());
        arena.allocate().buffer(1).put(0, (byte) 1);
        ChildJvm.tell("slot", "works");
      }
      ChildJvm.tell("secret_call", "memfd_secret");
      ChildJvm.tell("secret_failure", failure(() -> NativeMemory.secret(1).close()));
    }

    private interface Call {
      void run() throws LinuxException;
    }

    private static String failure(Call call) {
      try {
        call.run();
        return "";
      } catch (LinuxException e) {
        return e.getMessage();
      }
    }
  }
}
