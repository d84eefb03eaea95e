package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to writes past the ends: a fault at guard pages, a finding at canaries. */
final class GuardTest {
  private static final int ABORTED = 134;

  /** Writes one byte at an offset from a buffer's beginning, and tells where. */
  static final class Poke {
    public static void main(String[] arguments) throws Exception {
      int size = Integer.parseInt(arguments[0]);
      BufferFactory factory = BufferFactory.ownPages();
      if (arguments[2].equals("locked")) {
        factory = InsecureMemory.avoidHidden(factory);
      }
      LockedBuffer buffer = factory.create(size);
      long address = Native.addressOf(buffer) + Long.parseLong(arguments[1]);
      System.out.println("at " + Long.toHexString(address));
      if (arguments[3].equals("open")) {
        buffer.with(view -> Native.poke(address, 1));
      } else {
        Native.poke(address, 1);
      }
      System.out.println("survived");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden", "locked"})
  void aByteOutsideThePagesIsAFault(String kind) throws Exception {
    String[][] fatal = {
      {"32", "32", kind, "open"}, // the first byte after the content
      {"33", "33", kind, "open"},
      {"4096", "-1", kind, "open"}, // the last byte before it
      {"4096", "4096", kind, "open"},
      {"5000", "5000", kind, "open"},
      {"32", "-4065", kind, "open"}, // the last byte before its page
      {"32", "0", kind, "closed"} // the content itself, while nobody reads
    };
    for (String[] arguments : fatal) {
      try (ChildJvm child = ChildJvm.start("ulimit -c 0", Poke.class, arguments)) {
        String address = child.expect("at");
        String output = child.end(ABORTED);
        assertTrue(output.contains("SIGSEGV"), output);
        assertTrue(output.matches("(?s).*si_addr: 0x0*" + address + "\\b.*"), output);
      }
    }
    // The same program, writing where it may.
    String output = ChildJvm.run(0, "true", Poke.class, "32", "31", kind, "open");
    assertTrue(output.contains("survived"), output);
  }

  @Test
  void aDamagedCanaryIsFoundByVerifyAndOnClose() throws PluginException {
    for (BufferFactory factory : LockedBufferTest.factories()) {
      for (int size : new int[] {1, 15, 17, 32, 100, 1000}) {
        boolean pooled = !protectionsOf(factory).contains(Protection.GUARDED);
        for (int offset : pooled ? new int[] {-1, -8, size, size + 7} : new int[] {-1, -8}) {
          damage(factory, size, offset);
        }
      }
    }
    GuardedMemory.onDamage(size -> {});
  }

  private static java.util.Set<Protection> protectionsOf(BufferFactory factory)
      throws PluginException {
    try (LockedBuffer buffer = factory.create(32)) {
      return buffer.protections();
    }
  }

  private static void damage(BufferFactory factory, int size, int offset) throws PluginException {
    List<Integer> heard = new ArrayList<>();
    GuardedMemory.onDamage(heard::add);
    long before = GuardedMemory.counters().damaged();
    LockedBuffer buffer = factory.random(size);
    buffer.verify();
    long address = Native.addressOf(buffer) + offset;
    buffer.melt();
    buffer.with(view -> Native.poke(address, ~Native.peek(address)));
    assertThrows(PluginException.class, buffer::verify);
    assertEquals(List.of(), heard);
    buffer.close();
    assertEquals(List.of(size), heard);
    assertEquals(before + 1, GuardedMemory.counters().damaged());
    // The damaged place is not used again: the next ones are whole.
    List<LockedBuffer> next = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      next.add(factory.create(size));
    }
    for (LockedBuffer each : next) {
      assertTrue(each.contentEquals(new byte[size]), "given out with something in it");
    }
    // A slot's neighbour, whose canary it is too, reports it as well.
    next.forEach(LockedBuffer::close);
  }

  @Test
  void aListenerThatThrowsDoesNotMakeCloseThrow() throws PluginException {
    GuardedMemory.onDamage(
        size -> {
          throw new IllegalStateException("from the listener");
        });
    Thread thread = Thread.currentThread();
    var before = thread.getUncaughtExceptionHandler();
    List<Throwable> seen = new ArrayList<>();
    thread.setUncaughtExceptionHandler((t, failure) -> seen.add(failure));
    try {
      LockedBuffer buffer = LockedBuffer.create(32);
      long address = Native.addressOf(buffer) - 1;
      buffer.with(view -> Native.poke(address, ~Native.peek(address)));
      buffer.close();
      assertEquals(1, seen.size());
    } finally {
      thread.setUncaughtExceptionHandler(before);
      GuardedMemory.onDamage(size -> {});
    }
  }
}
