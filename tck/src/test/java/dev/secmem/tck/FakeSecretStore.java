package dev.secmem.tck;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.api.store.StoreUsage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A store in plain Java that keeps every rule, but for the fault it is told to have. */
final class FakeSecretStore implements SecretStore {
  /** What a fake can do wrong; the name begins with the rule that this breaks. */
  enum Fault {
    NONE,
    ST_01_GOES_ON_AFTER_CLOSE,
    ST_02_CLOSES_AT_ONCE,
    ST_02_SECOND_CLOSE_THROWS,
    ST_03_ONE_READER_AT_A_TIME,
    ST_04_KEEPS_THE_BUFFER,
    ST_04_MOVES_THE_POSITION,
    ST_05_VIEW_CAN_BE_WRITTEN,
    ST_05_VIEW_SHOWS_MORE,
    ST_06_LEAVES_THE_ID,
    ST_06_TAKES_NOTHING_FOR_A_RECORD,
    ST_07_REPLACES,
    ST_08_LENDS_NOTHING,
    ST_09_SAYS_TRUE,
    ST_10_HAS_NO_LIMIT,
    ST_10_LOSES_SPACE,
    ST_11_WRAPS,
    ST_12_ALLOWS_NESTED_CALLS,
    ST_13_DOES_NOT_WIPE,
    ST_13_SCANS_THE_DELETED,
    ST_14_DELETES_AT_ONCE,
    ST_15_COMMITS_TOO_EARLY
  }

  private static final class Entry {
    ByteBuffer bytes;
    long deadlineNanos;
    int readers;
  }

  private final Fault fault;
  private final long maxBytes;
  private final Map<Long, Entry> entries = new HashMap<>();
  private final List<Entry> deleted = new ArrayList<>();
  private final List<ByteBuffer> memory = new ArrayList<>();
  private final ThreadLocal<Boolean> inCallback = ThreadLocal.withInitial(() -> false);
  private final Object oneReader = new Object();
  private long reservedBytes;
  private int callbacks;
  private boolean closed;

  private FakeSecretStore(Fault fault, long maxBytes) {
    this.fault = fault;
    this.maxBytes = maxBytes;
  }

  static SecretStoreProvider provider(Fault fault) {
    return new SecretStoreProvider() {
      @Override
      public String name() {
        return "fake";
      }

      @Override
      public Availability availability() {
        return Availability.available();
      }

      @Override
      public SecretStore open(StoreOptions options) {
        return new FakeSecretStore(fault, options.maxBytes());
      }
    };
  }

  List<ByteBuffer> memory() {
    return memory;
  }

  @Override
  public void put(long id, long deadlineNanos, ByteBuffer sealed) throws PluginException {
    int length = sealed.remaining();
    if (id == 0 || length == 0 && fault != Fault.ST_06_TAKES_NOTHING_FOR_A_RECORD) {
      throw new IllegalArgumentException();
    }
    Entry entry = new Entry();
    entry.deadlineNanos = deadlineNanos;
    synchronized (this) {
      enter();
      if (entries.containsKey(id) && fault != Fault.ST_07_REPLACES) {
        throw new PluginException(Reason.EXISTS, "exists");
      }
      if (length > maxBytes - reservedBytes && fault != Fault.ST_10_HAS_NO_LIMIT) {
        if (fault == Fault.ST_06_LEAVES_THE_ID) {
          entry.bytes = ByteBuffer.allocateDirect(1);
          entries.put(id, entry);
        }
        throw new PluginException(Reason.NO_SPACE, "full");
      }
      reservedBytes += length;
      entry.bytes = ByteBuffer.allocateDirect(length);
      memory.add(entry.bytes);
      if (fault == Fault.ST_15_COMMITS_TOO_EARLY) {
        entries.put(id, entry);
      } else {
        fill(entry, sealed);
        entries.put(id, entry);
      }
    }
    if (fault == Fault.ST_15_COMMITS_TOO_EARLY) {
      LockSupport.parkNanos(1_000_000); // long enough for others to see it
      fill(entry, sealed);
    }
  }

  private void fill(Entry entry, ByteBuffer sealed) {
    if (fault == Fault.ST_04_KEEPS_THE_BUFFER && sealed.isDirect()) {
      entry.bytes = sealed.slice();
    } else if (fault == Fault.ST_04_MOVES_THE_POSITION) {
      entry.bytes.put(0, sealed.slice(), 0, sealed.remaining());
      sealed.position(sealed.limit());
    } else {
      entry.bytes.put(0, sealed, sealed.position(), sealed.remaining());
    }
  }

  @Override
  public void read(long id, RecordReader reader) throws PluginException {
    Entry entry;
    if (reader == null) {
      throw new NullPointerException();
    }
    synchronized (this) {
      enter();
      entry = entries.get(id);
      if (entry == null && fault == Fault.ST_08_LENDS_NOTHING) {
        return;
      }
      if (entry == null) {
        throw new PluginException(Reason.NOT_FOUND, "no record");
      }
      entry.readers++;
      begin();
    }
    try {
      if (fault == Fault.ST_03_ONE_READER_AT_A_TIME) {
        synchronized (oneReader) {
          reader.read(view(entry));
        }
      } else {
        reader.read(view(entry));
      }
    } catch (RuntimeException e) {
      throw fault == Fault.ST_11_WRAPS ? new IllegalStateException(e) : e;
    } finally {
      synchronized (this) {
        entry.readers--;
        end();
      }
    }
  }

  private ByteBuffer view(Entry entry) {
    if (fault == Fault.ST_05_VIEW_SHOWS_MORE) {
      int length = entry.bytes.capacity();
      return ByteBuffer.allocateDirect(length + 1)
          .put(0, entry.bytes, 0, length)
          .limit(length)
          .asReadOnlyBuffer();
    }
    return fault == Fault.ST_05_VIEW_CAN_BE_WRITTEN
        ? entry.bytes.duplicate()
        : entry.bytes.asReadOnlyBuffer();
  }

  @Override
  public synchronized boolean delete(long id) throws PluginException {
    enter();
    Entry entry = entries.remove(id);
    if (entry == null) {
      return fault == Fault.ST_09_SAYS_TRUE;
    }
    await(() -> entry.readers == 0 || fault == Fault.ST_14_DELETES_AT_ONCE);
    if (fault != Fault.ST_13_DOES_NOT_WIPE) {
      entry.bytes.put(0, new byte[entry.bytes.capacity()]);
      memory.removeIf(bytes -> bytes == entry.bytes);
    }
    deleted.add(entry);
    reservedBytes -= fault == Fault.ST_10_LOSES_SPACE ? 0 : entry.bytes.capacity();
    return true;
  }

  @Override
  public void scan(RecordVisitor visitor) throws PluginException {
    Map<Long, Entry> found;
    synchronized (this) {
      if (visitor == null) {
        throw new NullPointerException();
      }
      enter();
      found = new HashMap<>(entries);
      if (fault == Fault.ST_13_SCANS_THE_DELETED) {
        long id = -1;
        for (Entry entry : deleted) {
          found.put(--id, entry);
        }
      }
      begin();
    }
    try {
      for (Map.Entry<Long, Entry> each : found.entrySet()) {
        Entry entry = each.getValue();
        visitor.visit(each.getKey(), entry.deadlineNanos, entry.bytes.capacity());
      }
    } finally {
      synchronized (this) {
        end();
      }
    }
  }

  @Override
  public synchronized StoreUsage usage() throws PluginException {
    enter();
    long bytes = entries.values().stream().mapToLong(entry -> entry.bytes.capacity()).sum();
    return new StoreUsage(entries.size(), bytes, Math.max(1, reservedBytes));
  }

  @Override
  public synchronized void close() {
    if (inCallback.get() && fault != Fault.ST_12_ALLOWS_NESTED_CALLS) {
      throw new IllegalStateException("nested");
    }
    if (closed && fault == Fault.ST_02_SECOND_CLOSE_THROWS) {
      throw new IllegalStateException("closed twice");
    }
    closed = true;
    await(
        () ->
            callbacks == 0
                || fault == Fault.ST_02_CLOSES_AT_ONCE
                || fault == Fault.ST_12_ALLOWS_NESTED_CALLS);
  }

  private void enter() throws PluginException {
    if (inCallback.get() && fault != Fault.ST_12_ALLOWS_NESTED_CALLS) {
      throw new IllegalStateException("nested");
    }
    if (closed && fault != Fault.ST_01_GOES_ON_AFTER_CLOSE) {
      throw new PluginException(Reason.CLOSED, "closed");
    }
  }

  private void begin() {
    callbacks++;
    inCallback.set(true);
  }

  private void end() {
    callbacks--;
    inCallback.set(false);
    notifyAll();
  }

  private void await(java.util.function.BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
