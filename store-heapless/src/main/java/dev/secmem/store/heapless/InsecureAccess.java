package dev.secmem.store.heapless;

import java.nio.ByteBuffer;

/**
 * Access to guarded memory by a plain {@link ByteBuffer}, for libraries that know nothing else. The
 * name is for a search through the source.
 *
 * <p>A buffer that is kept and used after its callback ends the whole process, since its pages are
 * closed to access then or belong to another secret: nothing can revoke it. It is native-ordered,
 * direct, and read-only where the guarded buffer is frozen.
 */
public final class InsecureAccess {
  private InsecureAccess() {}

  /** Lends the bytes, from position 0 to the limit, as {@link LockedBuffer#with} does. */
  public static <E extends Exception> void with(LockedBuffer buffer, RawBorrower<E> borrower)
      throws E {
    buffer.with(view -> borrower.use(view.raw()));
  }

  /** Uses what it is lent. */
  @FunctionalInterface
  public interface RawBorrower<E extends Exception> {
    void use(ByteBuffer bytes) throws E;
  }
}
