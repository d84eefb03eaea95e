package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.StoreUsage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The store: an index on the heap, and the records in guarded memory.
 *
 * <p>No monitor is held while bytes are copied, wiped or lent. What runs is counted, so that close
 * refuses newcomers at once and waits for the others only.
 */
final class HeaplessStore implements SecretStore {
  private final Map<Long, StoredRecord> records = new ConcurrentHashMap<>();
  private final RecordMemory memory;
  private final ThreadLocal<boolean[]> inside = ThreadLocal.withInitial(() -> new boolean[1]);
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean closing;
  private boolean released;

  HeaplessStore(long maxBytes) {
    memory = new RecordMemory(maxBytes);
  }

  @Override
  public void put(long id, long deadlineNanos, ByteBuffer sealed) throws PluginException {
    int length = sealed.remaining();
    if (id == 0 || length == 0) {
      throw new IllegalArgumentException(id == 0 ? "id must not be 0" : "sealed must not be empty");
    }
    begin();
    try {
      StoredRecord record = new StoredRecord(deadlineNanos, length);
      if (records.putIfAbsent(id, record) != null) {
        throw Failure.ofStore(Reason.EXISTS, "a record of this id is there already");
      }
      RecordMemory.Place place = null;
      boolean committed = false;
      try {
        place = memory.allocate(length);
        place.bytes().put(sealed.duplicate());
        memory.added(length);
        record.commit(place);
        committed = true;
      } finally {
        if (!committed) {
          records.remove(id);
          if (place != null) {
            memory.free(place);
          }
        }
      }
    } finally {
      end();
    }
  }

  @Override
  public void read(long id, RecordReader reader) throws PluginException {
    Objects.requireNonNull(reader, "reader");
    begin();
    try {
      StoredRecord record = records.get(id);
      if (record == null || !record.enter()) {
        throw Failure.ofStore(Reason.NOT_FOUND, "no record of this id");
      }
      try {
        inside.get()[0] = true;
        reader.read(record.place().bytes().asReadOnlyBuffer());
      } finally {
        inside.get()[0] = false;
        record.leave();
      }
    } finally {
      end();
    }
  }

  @Override
  public boolean delete(long id) throws PluginException {
    begin();
    try {
      StoredRecord record = records.get(id);
      if (record == null || !record.retract()) {
        return false;
      }
      memory.removed(record.length);
      memory.free(record.place());
      records.remove(id);
      record.forget();
      return true;
    } finally {
      end();
    }
  }

  @Override
  public void scan(RecordVisitor visitor) throws PluginException {
    Objects.requireNonNull(visitor, "visitor");
    begin();
    try {
      inside.get()[0] = true;
      for (Map.Entry<Long, StoredRecord> entry : records.entrySet()) {
        StoredRecord record = entry.getValue();
        if (record.isCommitted()) {
          visitor.visit(entry.getKey(), record.deadlineNanos, record.length);
        }
      }
    } finally {
      inside.get()[0] = false;
      end();
    }
  }

  @Override
  public StoreUsage usage() throws PluginException {
    begin();
    try {
      return memory.usage();
    } finally {
      end();
    }
  }

  @Override
  public void close() {
    refuseNested();
    closing = true;
    boolean interrupted = false;
    synchronized (this) {
      while (running.get() > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (!released) {
        released = true;
        records.clear();
        memory.close();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "store(" + HeaplessStoreProvider.NAME + ")";
  }

  /** The memory as it is, read-only, to be used before the store changes; for tests. */
  List<ByteBuffer> views() {
    return memory.views();
  }

  private void begin() throws PluginException {
    refuseNested();
    running.incrementAndGet();
    if (closing) {
      end();
      throw Failure.ofStore(Reason.CLOSED, "the store is closed");
    }
  }

  private void end() {
    if (running.decrementAndGet() == 0 && closing) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  private void refuseNested() {
    if (inside.get()[0]) {
      throw new IllegalStateException("a store cannot be called from inside its own callback");
    }
  }
}
