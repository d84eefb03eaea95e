package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.StoreUsage;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The store: ids are spread over stripes, which know where records are and who uses them; the pool
 * holds the slabs that the records are in.
 *
 * <p>No monitor is held while a record is put, wiped or lent, and none of a stripe and the pool's
 * at once.
 */
final class MemfdStore implements SecretStore {
  private static final int STRIPE_BITS = 6;

  private final int slabBytes;
  private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];
  private final SlabPool pool;
  private final Compactor compactor;
  private final ThreadLocal<Operation> operations = ThreadLocal.withInitial(Operation::new);

  MemfdStore(long maxBytes, int slabBytes) {
    this.slabBytes = slabBytes;
    pool = new SlabPool(maxBytes, slabBytes);
    compactor = new Compactor(pool, this::stripe);
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe(pool);
    }
  }

  @Override
  public void put(long id, long deadlineNanos, ByteBuffer sealed) throws PluginException {
    // Once: a caller who changes the limit meanwhile must not get beyond the slot.
    ByteBuffer source = sealed.duplicate();
    int length = source.remaining();
    if (id == 0 || length == 0) {
      throw new IllegalArgumentException(id == 0 ? "id must not be 0" : "sealed must not be empty");
    }
    Operation operation = operation();
    Stripe stripe = stripe(id);
    stripe.beginPut(operation, id);
    int location = RecordTable.NONE;
    boolean written = false;
    try {
      // First, so that whatever it fails of leaves nothing behind.
      compactor.step();
      location = allocate(length);
      pool.slab(location).write(Layout.granuleOf(location), id, deadlineNanos, source);
      pool.added(length);
      written = true;
    } finally {
      if (!written && location != RecordTable.NONE) {
        pool.free(location);
      }
      stripe.endPut(operation, written ? location : RecordTable.NONE);
    }
  }

  @Override
  public void read(long id, RecordReader reader) throws PluginException {
    if (reader == null) {
      throw new NullPointerException("reader");
    }
    Operation operation = operation();
    Stripe stripe = stripe(id);
    int location = stripe.beginRead(operation, id);
    try {
      reader.read(pool.slab(location).view(Layout.granuleOf(location)));
    } finally {
      stripe.end(operation);
    }
  }

  @Override
  public boolean delete(long id) throws PluginException {
    Operation operation = operation();
    Stripe stripe = stripe(id);
    int location = stripe.beginDelete(operation, id);
    if (location == RecordTable.NONE) {
      return false;
    }
    try {
      pool.removed(pool.slab(location).length(Layout.granuleOf(location)));
      pool.free(location);
      compactor.step();
    } finally {
      stripe.end(operation);
    }
    return true;
  }

  @Override
  public void scan(RecordVisitor visitor) throws PluginException {
    if (visitor == null) {
      throw new NullPointerException("visitor");
    }
    Operation operation = operation();
    pool.beginScan();
    operation.running = true;
    try {
      for (int slab = 0; slab < pool.slabs(); slab++) {
        pool.records(slab).showTo(visitor);
      }
    } finally {
      operation.running = false;
      pool.endScan();
    }
  }

  @Override
  public StoreUsage usage() throws PluginException {
    operation();
    return pool.usage();
  }

  @Override
  public void close() {
    operation();
    for (Stripe stripe : stripes) {
      stripe.close();
    }
    pool.close();
  }

  @Override
  public String toString() {
    return "store(" + MemfdStoreProvider.NAME + ")";
  }

  /** The bytes of the index on the Java heap. */
  long indexBytes() {
    long bytes = 0;
    for (Stripe stripe : stripes) {
      bytes += stripe.heapBytes();
    }
    return bytes;
  }

  /** Shows the index; for tests. */
  void forEachEntry(RecordTable.Entry entry) {
    for (Stripe stripe : stripes) {
      stripe.forEach(entry);
    }
  }

  /**
   * The slabs by number, read-only, null where a number is free, to be used before the store
   * changes; for tests.
   */
  List<ByteBuffer> slabViews() {
    return pool.views();
  }

  /** This thread's operation, which must not be running: that is a call from inside a callback. */
  private Operation operation() {
    Operation operation = operations.get();
    if (operation.running) {
      throw new IllegalStateException("a store cannot be called from inside its own callback");
    }
    return operation;
  }

  /** Finds space for a record; makes it by moving others together if there is none in one piece. */
  private int allocate(int length) throws PluginException {
    // Each turn frees a slab, if it frees anything.
    for (int turns = 1 + length / slabBytes; ; turns--) {
      try {
        return pool.allocate(length);
      } catch (PluginException e) {
        boolean full = e.reason() == PluginException.Reason.NO_SPACE && pool.isPossible(length);
        if (turns == 0 || !full || !compactor.vacate()) {
          throw e;
        }
      }
    }
  }

  private Stripe stripe(long id) {
    return stripes[(int) (Layout.mix(id) >>> (64 - STRIPE_BITS))];
  }
}
