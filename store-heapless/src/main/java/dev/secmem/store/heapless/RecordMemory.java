package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.StoreUsage;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of one store: slabs for records of each size, pages of their own for large ones, never
 * more than the limit. Not locked: it holds ciphertext, and the limit on locked memory is for keys.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Bytes are
 * copied and wiped outside its monitor.
 */
final class RecordMemory {
  private static final int LARGEST_SLAB_BYTES = 256 << 10;
  private static final int FINE_BYTES = 256;

  private final long maxBytes;
  private final int slabBytes;
  private final Map<Integer, List<Slab>> slabs = new HashMap<>();
  private final List<Pages> own = new ArrayList<>();
  private long reservedBytes;
  private long records;
  private long recordBytes;

  RecordMemory(long maxBytes) {
    this.maxBytes = maxBytes;
    long share = Long.highestOneBit(Math.max(1, maxBytes / 16));
    slabBytes = (int) Math.max(NativeMemory.PAGE_BYTES, Math.min(LARGEST_SLAB_BYTES, share));
  }

  /** Where one record lies: in a slot of a slab, or in pages of its own. */
  record Place(Slab slab, int slot, Pages pages, int length) {
    /** A new buffer over exactly the record. */
    ByteBuffer bytes() {
      return slab == null
          ? pages.memory.buffer(0, length)
          : slab.memory.slice(slab.start(slot), length);
    }
  }

  /**
   * Takes memory for a record.
   *
   * @throws PluginException {@code NO_SPACE}, and nothing is taken
   */
  synchronized Place allocate(int length) throws PluginException {
    if (length > slabBytes / 4) {
      Pages pages = map(roundUp(length, NativeMemory.PAGE_BYTES));
      own.add(pages);
      return new Place(null, 0, pages, length);
    }
    int slotBytes = slotBytes(length);
    List<Slab> list = slabs.computeIfAbsent(slotBytes, size -> new ArrayList<>());
    for (Slab slab : list) {
      if (!slab.isFull()) {
        return new Place(slab, slab.take(), null, length);
      }
    }
    reserve(slabBytes);
    Slab slab = null;
    try {
      slab = new Slab(slabBytes, slotBytes, Pages.Wish.UNLOCKED, null);
    } finally {
      if (slab == null) {
        reservedBytes -= slabBytes;
      }
    }
    list.add(slab);
    return new Place(slab, slab.take(), null, length);
  }

  /** Wipes a record's memory and gives it back. */
  void free(Place place) {
    if (place.slab() != null) {
      NativeMemory.wipe(place.bytes());
    }
    Pages surplus;
    synchronized (this) {
      surplus = place.slab() == null ? removeOwn(place) : giveSlot(place);
    }
    if (surplus != null) {
      surplus.close();
    }
  }

  private Pages removeOwn(Place place) {
    own.remove(place.pages());
    reservedBytes -= place.pages().memory.sizeBytes();
    return place.pages();
  }

  private Pages giveSlot(Place place) {
    Slab slab = place.slab();
    slab.give(place.slot());
    List<Slab> list = slabs.get(slab.slotBytes);
    // One slab of a size stays, so that a single record that comes and goes maps nothing.
    if (!slab.isEmpty() || list.size() == 1) {
      return null;
    }
    list.remove(slab);
    reservedBytes -= slabBytes;
    return slab.pages;
  }

  synchronized void added(int length) {
    records++;
    recordBytes += length;
  }

  synchronized void removed(int length) {
    records--;
    recordBytes -= length;
  }

  synchronized StoreUsage usage() {
    return new StoreUsage(records, recordBytes, reservedBytes);
  }

  /** All of it as it is, read-only; for tests. */
  synchronized List<ByteBuffer> views() {
    List<ByteBuffer> views = new ArrayList<>();
    slabs.values().forEach(list -> list.forEach(s -> views.add(s.memory.asReadOnlyBuffer())));
    own.forEach(pages -> views.add(pages.memory.buffer().asReadOnlyBuffer()));
    return views;
  }

  /** Wipes and unmaps all; nobody uses it any more. */
  synchronized void close() {
    slabs.values().forEach(list -> list.forEach(slab -> slab.pages.close()));
    slabs.clear();
    own.forEach(Pages::close);
    own.clear();
    reservedBytes = 0;
  }

  private Pages map(long bytes) throws PluginException {
    reserve(bytes);
    Pages pages = null;
    try {
      pages = Pages.open(bytes, Pages.Wish.UNLOCKED);
      return pages;
    } finally {
      if (pages == null) {
        reservedBytes -= bytes;
      }
    }
  }

  private void reserve(long bytes) throws PluginException {
    if (bytes > maxBytes - reservedBytes) {
      dropEmptySlabs();
    }
    if (bytes > maxBytes - reservedBytes) {
      throw Failure.ofStore(Reason.NO_SPACE, "the limit of " + maxBytes + " bytes is reached");
    }
    reservedBytes += bytes;
  }

  private void dropEmptySlabs() {
    for (List<Slab> list : slabs.values()) {
      for (int i = list.size() - 1; i >= 0; i--) {
        if (list.get(i).isEmpty()) {
          list.remove(i).pages.close();
          reservedBytes -= slabBytes;
        }
      }
    }
  }

  /** Multiples of 16 at first, then four steps to each doubling. */
  private static int slotBytes(int length) {
    int step = length <= FINE_BYTES ? 16 : Integer.highestOneBit(length - 1) / 4;
    return (int) roundUp(length, step);
  }

  private static long roundUp(long bytes, long step) {
    return (bytes + step - 1) / step * step;
  }
}
