package dev.secmem.store.heapless;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The numbers behind {@link GuardedMemory#counters}. */
final class Counters implements MemoryCounters {
  static final Counters INSTANCE = new Counters();

  private static final LongAdder ALLOCATED = new LongAdder();
  private static final LongAdder CLOSED = new LongAdder();
  private static final AtomicLong LOCKED_BYTES = new AtomicLong();
  static final AtomicLong DAMAGED = new AtomicLong();
  static final AtomicLong UNCLOSED = new AtomicLong();
  static final AtomicLong TIMERS = new AtomicLong();

  private Counters() {}

  static void opened() {
    ALLOCATED.increment();
  }

  static void closed() {
    CLOSED.increment();
  }

  static void locked(long bytes) {
    LOCKED_BYTES.addAndGet(bytes);
  }

  @Override
  public long allocated() {
    return ALLOCATED.sum();
  }

  @Override
  public long inUse() {
    return ALLOCATED.sum() - CLOSED.sum();
  }

  @Override
  public long lockedBytes() {
    return LOCKED_BYTES.get();
  }

  @Override
  public long lockedBytesAllowed() {
    try {
      return ResourceLimit.MEMLOCK.soft();
    } catch (LinuxException e) {
      throw new IllegalStateException("the limit cannot be read", e);
    }
  }

  @Override
  public long damaged() {
    return DAMAGED.get();
  }

  @Override
  public long unclosed() {
    return UNCLOSED.get();
  }

  @Override
  public long timers() {
    return TIMERS.get();
  }
}
