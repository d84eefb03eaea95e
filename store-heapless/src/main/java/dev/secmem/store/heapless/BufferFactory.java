package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes buffers of one kind; {@link LockedBuffer}'s own factories say what each method does.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class BufferFactory {
  private static final BufferFactory OWN_PAGES =
      new BufferFactory(false, Pages.Wish.BEST, EnumSet.noneOf(Protection.class));
  private static final BufferFactory POOLED =
      new BufferFactory(true, Pages.Wish.BEST, EnumSet.noneOf(Protection.class));

  private final boolean pooled;
  private final Pages.Wish wish;
  private final EnumSet<Protection> required;

  private BufferFactory(boolean pooled, Pages.Wish wish, EnumSet<Protection> required) {
    this.pooled = pooled;
    this.wish = wish;
    this.required = required;
  }

  /**
   * Each buffer has pages of its own between inaccessible ones, which are inaccessible too while
   * nobody reads. Costs at least a page of locked memory each: 2048 buffers under the usual limit.
   */
  public static BufferFactory ownPages() {
    return OWN_PAGES;
  }

  /**
   * Buffers of up to 1 KiB share locked pages, a canary between each two; larger ones are as of
   * {@link #ownPages}. Costs a 32-byte secret 40 bytes of locked memory and no system call, and
   * gives up {@link Protection#CLOSED_AT_REST} and a guard page at its ends.
   */
  public static BufferFactory pooled() {
    return POOLED;
  }

  /** The same factory, but each buffer must have these protections, or is not made. */
  public BufferFactory require(Protection... needed) {
    EnumSet<Protection> all = EnumSet.copyOf(required);
    all.addAll(Set.of(needed));
    return new BufferFactory(pooled, wish, all);
  }

  /** The same factory on other pages. */
  BufferFactory on(Pages.Wish pages) {
    return new BufferFactory(pooled, pages, required);
  }

  public LockedBuffer create(int sizeBytes) throws PluginException {
    return make(sizeBytes, false, target -> {});
  }

  public LockedBuffer random(int sizeBytes) throws PluginException {
    return make(sizeBytes, true, LockedBuffer::fill);
  }

  public LockedBuffer copyOf(byte[] source) throws PluginException {
    return make(source.length, true, target -> target.put(source));
  }

  public LockedBuffer copyOf(char[] source) throws PluginException {
    int sizeBytes = Math.multiplyExact(source.length, Character.BYTES);
    return make(sizeBytes, true, target -> target.asCharBuffer().put(source));
  }

  public LockedBuffer copyOf(ByteBuffer source) throws PluginException {
    return make(source.remaining(), true, target -> target.put(source.duplicate()));
  }

  public LockedBuffer consume(byte[] source) throws PluginException {
    try {
      return copyOf(source);
    } finally {
      LockedBuffer.wipe(source);
    }
  }

  public LockedBuffer consume(char[] source) throws PluginException {
    try {
      return copyOf(source);
    } finally {
      LockedBuffer.wipe(source);
    }
  }

  public LockedBuffer consume(ByteBuffer source) throws PluginException {
    if (source.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    try {
      return copyOf(source);
    } finally {
      for (int i = source.position(); i < source.limit(); i++) {
        source.put(i, (byte) 0);
      }
    }
  }

  public LockedBuffer read(InputStream source, int sizeBytes) throws PluginException, IOException {
    return new StreamReader(this, source).exactly(sizeBytes);
  }

  public LockedBuffer readUntil(InputStream source, byte delimiter)
      throws PluginException, IOException {
    return new StreamReader(this, source).until(delimiter);
  }

  public LockedBuffer readAll(InputStream source) throws PluginException, IOException {
    return new StreamReader(this, source).all();
  }

  /** Makes a buffer whose bytes {@code filler} writes before anybody else sees it. */
  <E extends Exception> LockedBuffer make(int sizeBytes, boolean frozen, Filler<E> filler)
      throws PluginException, E {
    Guarded guarded = new Guarded(region(sizeBytes), sizeBytes);
    boolean complete = false;
    try {
      check(required, guarded.region().protections());
      ByteBuffer all = guarded.region().memory();
      if (sizeBytes > 0) {
        filler.fill(all.slice(guarded.region().offset(), sizeBytes).order(ByteOrder.nativeOrder()));
      }
      LockedBuffer buffer = new LockedBuffer(guarded);
      guarded.settle(frozen);
      complete = true;
      return buffer;
    } finally {
      if (!complete) {
        guarded.purge();
        guarded.settle(true);
      }
    }
  }

  private Region region(int sizeBytes) throws PluginException {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative");
    }
    if (sizeBytes == 0) {
      return new EmptyRegion();
    }
    if (pooled && sizeBytes <= Pools.LARGEST) {
      return Pools.of(wish).take(sizeBytes);
    }
    return PageRegion.open(sizeBytes, wish);
  }

  static void check(Set<Protection> needed, Set<Protection> had) throws PluginException {
    if (!had.containsAll(needed)) {
      EnumSet<Protection> missing = EnumSet.copyOf(needed);
      missing.removeAll(had);
      throw Failure.of(
          PluginException.Reason.UNAVAILABLE, "a buffer cannot have " + missing + " here");
    }
  }

  /** Writes a new buffer's content. */
  interface Filler<E extends Exception> {
    void fill(ByteBuffer target) throws E;
  }
}
