package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

final class LifecycleTest {
  @Test
  void anUnclosedBufferIsWipedAndReported() throws Exception {
    LinkedBlockingQueue<UnclosedBuffer> reported = new LinkedBlockingQueue<>();
    GuardedMemory.reportUnclosed(reported::add);
    long inUse = GuardedMemory.counters().inUse();
    long unclosed = GuardedMemory.counters().unclosed();
    forget();
    UnclosedBuffer found = null;
    for (int i = 0; i < 100 && found == null; i++) {
      System.gc();
      found = reported.poll(200, TimeUnit.MILLISECONDS);
    }
    assertEquals(123, found.sizeBytes());
    assertTrue(
        Arrays.stream(found.creation().getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("forget")),
        "the creation stack does not name the culprit");
    assertEquals(inUse, GuardedMemory.counters().inUse());
    assertEquals(unclosed + 1, GuardedMemory.counters().unclosed());
    try (LockedBuffer closed = LockedBuffer.create(1)) {
      assertTrue(closed.isAlive());
    }
    System.gc();
    assertEquals(null, reported.poll(300, TimeUnit.MILLISECONDS), "a closed one was reported");
  }

  private static void forget() throws PluginException {
    LockedBuffer.random(123);
  }

  @Test
  void protectionsSayWhatIsThereAndRequireInsists() throws Exception {
    try (LockedBuffer own = LockedBuffer.create(32);
        LockedBuffer pooled = BufferFactory.pooled().create(32);
        LockedBuffer visible = InsecureMemory.avoidHidden(BufferFactory.ownPages()).create(32);
        LockedBuffer exact = LockedBuffer.create(4096)) {
      Set<Protection> all = Set.of(Protection.values());
      assertEquals(all, own.protections());
      assertEquals(
          Set.of(
              Protection.LOCKED,
              Protection.HIDDEN,
              Protection.NOT_DUMPED,
              Protection.NOT_FORKED,
              Protection.CANARY),
          pooled.protections());
      assertFalse(visible.protections().contains(Protection.HIDDEN));
      assertFalse(exact.protections().contains(Protection.CANARY), "no room for one");
      for (LockedBuffer each : List.of(own, pooled, visible, exact)) {
        // What is claimed is what the kernel says.
        String flags = Native.flagsAt("self", Native.addressOf(each));
        assertTrue(flags.contains(" lo ") && flags.contains(" dd ") && flags.contains(" dc "));
      }
      own.require(Protection.values());
      PluginException missing =
          assertThrows(PluginException.class, () -> pooled.require(Protection.GUARDED));
      assertEquals(Reason.UNAVAILABLE, missing.reason());
      assertTrue(missing.getMessage().contains("GUARDED"));
    }
    long inUse = GuardedMemory.counters().inUse();
    BufferFactory strict = BufferFactory.pooled().require(Protection.GUARDED);
    assertThrows(PluginException.class, () -> strict.create(32));
    strict.create(5000).close();
    assertEquals(inUse, GuardedMemory.counters().inUse());
  }

  @Test
  void pagesAreOpenOnlyAsFarAndAsLongAsNeeded() throws Exception {
    for (BufferFactory factory :
        List.of(BufferFactory.ownPages(), InsecureMemory.avoidHidden(BufferFactory.ownPages()))) {
      try (LockedBuffer buffer = factory.create(5000)) {
        long address = Native.addressOf(buffer);
        assertEquals("---", Native.accessAt(address));
        buffer.<Exception>with(view -> assertEquals("rw-", Native.accessAt(address)));
        buffer.verify();
        assertEquals("---", Native.accessAt(address));
        buffer.freeze();
        buffer.<Exception>with(
            view -> {
              assertEquals("r--", Native.accessAt(address));
              buffer.verify();
              assertEquals("r--", Native.accessAt(address));
            });
        assertEquals("---", Native.accessAt(address));
        // The pages below and above, which nothing opens.
        assertEquals("---", Native.accessAt(address + 5000));
        assertEquals("---", Native.accessAt(address + 5000 - 2 * 4096 - 1));
      }
    }
    try (LockedBuffer pooled = BufferFactory.pooled().random(32)) {
      assertEquals("rw-", Native.accessAt(Native.addressOf(pooled)));
    }
  }

  @Test
  void countersCount() throws PluginException {
    MemoryCounters counters = GuardedMemory.counters();
    Purge.all();
    long allocated = counters.allocated();
    long locked = counters.lockedBytes();
    assertEquals(0, counters.inUse());
    LockedBuffer buffer = LockedBuffer.create(10_000);
    assertEquals(allocated + 1, counters.allocated());
    assertEquals(1, counters.inUse());
    assertEquals(locked + 12_288, counters.lockedBytes());
    assertTrue(counters.lockedBytesAllowed() >= -1);
    buffer.close();
    assertEquals(0, counters.inUse());
    assertEquals(locked, counters.lockedBytes());
  }

  @Test
  void flightRecorderGetsTheEvent() throws Exception {
    GuardedMemory.publishToFlightRecorder();
    Path file = Files.createTempFile("secmem", ".jfr");
    try (LockedBuffer buffer = LockedBuffer.create(1);
        Recording recording = new Recording()) {
      recording.enable("dev.secmem.GuardedMemory").withPeriod(java.time.Duration.ofMillis(50));
      recording.start();
      Thread.sleep(500);
      recording.stop();
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      assertFalse(events.isEmpty(), "no event");
      assertTrue(events.get(0).getLong("inUse") >= 1);
      assertTrue(events.get(0).getLong("lockedBytes") >= 4096);
      assertTrue(buffer.isAlive());
    } finally {
      Files.delete(file);
    }
  }
}
