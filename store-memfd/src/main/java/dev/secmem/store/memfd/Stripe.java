package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.store.memfd.Operation.Kind;
import java.util.function.BooleanSupplier;

/**
 * One part of the index, and the operations that run on its ids. The monitor is held for a look-up
 * or a change of the list only, never while bytes are copied or a callback runs: a reader that
 * takes its time keeps nobody waiting but who deletes that very record, or closes the store.
 */
final class Stripe {
  /** In the table while a put copies: in use, but not to be read or deleted. */
  static final int PENDING = -1;

  private final SlabPool pool;
  private final RecordTable table = new RecordTable();
  private Operation running;
  private int waiting;
  private boolean closed;

  Stripe(SlabPool pool) {
    this.pool = pool;
  }

  /** Reserves an id for a put. */
  synchronized void beginPut(Operation operation, long id) throws PluginException {
    checkOpen();
    if (table.get(id) != RecordTable.NONE) {
      throw Failure.of(Reason.EXISTS, "a record of this id is there already");
    }
    table.put(id, PENDING);
    link(operation, Kind.PUT, id);
  }

  /**
   * Ends a put. The record is committed and entered at one moment as others see it: what a scan
   * shows can be read.
   *
   * @param location where the record is, {@link RecordTable#NONE} if the put failed
   */
  synchronized void endPut(Operation operation, int location) {
    if (location == RecordTable.NONE) {
      table.remove(operation.id);
    } else {
      pool.slab(location).commit(Layout.granuleOf(location));
      table.put(operation.id, location);
    }
    end(operation);
  }

  /** Finds a record and keeps it from being wiped or moved until {@link #end}. */
  synchronized int beginRead(Operation operation, long id) throws PluginException {
    checkOpen();
    int location = table.get(id);
    if (location == RecordTable.NONE || location == PENDING) {
      throw Failure.of(Reason.NOT_FOUND, "no record of this id");
    }
    link(operation, Kind.READ, id);
    return location;
  }

  /**
   * Forgets a record and waits for its readers. One who comes too late waits until the record is
   * wiped: whoever has called delete can rely on it, whatever the answer.
   *
   * @return where the bytes are that nobody reads now; {@link RecordTable#NONE} if there was no
   *     such record, and then nothing has begun
   */
  synchronized int beginDelete(Operation operation, long id) throws PluginException {
    checkOpen();
    int location = table.get(id);
    if (location == RecordTable.NONE || location == PENDING) {
      await(() -> !isRunning(Kind.DELETE, id));
      return RecordTable.NONE;
    }
    BooleanSupplier unread = () -> !isRunning(Kind.READ, id); // before anything changes: may fail
    table.remove(id);
    pool.slab(location).retract(Layout.granuleOf(location));
    link(operation, Kind.DELETE, id);
    await(unread);
    return location;
  }

  /** Ends a read or a delete. */
  synchronized void end(Operation operation) {
    if (operation.previous == null) {
      running = operation.next;
    } else {
      operation.previous.next = operation.next;
    }
    if (operation.next != null) {
      operation.next.previous = operation.previous;
    }
    operation.next = null;
    operation.previous = null;
    operation.running = false;
    if (waiting > 0) {
      notifyAll();
    }
  }

  /**
   * Copies a record into a claimed slot, from where it is found from now on. The monitor is held
   * while it is copied: at most a quarter of a slab, and nobody reads it.
   *
   * @return false, and nothing has changed, if it is read just now or is not there any more
   */
  synchronized boolean move(long id, int from, int to) {
    if (closed || table.get(id) != from || isRunning(Kind.READ, id)) {
      return false;
    }
    Slab source = pool.slab(from);
    Slab target = pool.slab(to);
    int slot = Layout.granuleOf(to);
    if (source.granules(Layout.granuleOf(from)) != target.granules(slot)) {
      return false; // Another record than the one that was chosen, of an id used twice.
    }
    target.copy(slot, source, Layout.granuleOf(from));
    source.retract(Layout.granuleOf(from));
    target.commit(slot);
    table.put(id, to);
    return true;
  }

  /** Refuses whatever comes from now on, and waits for what runs. */
  synchronized void close() {
    closed = true;
    await(() -> running == null);
  }

  synchronized long heapBytes() {
    return table.heapBytes();
  }

  synchronized void forEach(RecordTable.Entry entry) {
    table.forEach(entry);
  }

  private void checkOpen() throws PluginException {
    if (closed) {
      throw Failure.of(Reason.CLOSED, "the store is closed");
    }
  }

  private void link(Operation operation, Kind kind, long id) {
    operation.kind = kind;
    operation.id = id;
    operation.next = running;
    if (running != null) {
      running.previous = operation;
    }
    running = operation;
    operation.running = true;
  }

  /** Waits; whoever ends need not wake anybody while nobody does. */
  private void await(BooleanSupplier until) {
    waiting++;
    Uninterruptibly.await(this, until);
    waiting--;
  }

  private boolean isRunning(Kind kind, long id) {
    for (Operation at = running; at != null; at = at.next) {
      if (at.kind == kind && at.id == id) {
        return true;
      }
    }
    return false;
  }
}
