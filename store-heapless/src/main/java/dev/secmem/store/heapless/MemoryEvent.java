package dev.secmem.store.heapless;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** The counters, for Java Flight Recorder: every second while a recording wants them. */
@Name("dev.secmem.GuardedMemory")
@Label("Guarded Memory")
@Category("secmem")
@Period("1 s")
@StackTrace(false)
final class MemoryEvent extends Event {
  @Label("Buffers Allocated")
  long allocated;

  @Label("Buffers In Use")
  long inUse;

  @Label("Locked Bytes")
  @DataAmount
  long lockedBytes;

  @Label("Locked Bytes Allowed")
  @DataAmount
  long lockedBytesAllowed;

  @Label("Buffers Damaged")
  long damaged;

  @Label("Buffers Unclosed")
  long unclosed;

  @Label("Timers")
  long timers;

  static void publish() {
    FlightRecorder.addPeriodicEvent(MemoryEvent.class, MemoryEvent::emit);
  }

  private static void emit() {
    MemoryCounters counters = GuardedMemory.counters();
    MemoryEvent event = new MemoryEvent();
    event.allocated = counters.allocated();
    event.inUse = counters.inUse();
    event.lockedBytes = counters.lockedBytes();
    event.lockedBytesAllowed = counters.lockedBytesAllowed();
    event.damaged = counters.damaged();
    event.unclosed = counters.unclosed();
    event.timers = counters.timers();
    event.commit();
  }
}
