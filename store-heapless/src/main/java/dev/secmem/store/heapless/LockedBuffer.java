package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A secret of fixed size in native memory, out of the garbage collector's reach. Whoever gets one
 * closes it, which wipes it:
 *
 * <pre>{@code
 * try (LockedBuffer key = LockedBuffer.consume(bytes)) { // bytes are zeroes now
 *   key.with(view -> login(view.inputStream()));
 * }
 * }</pre>
 *
 * <p>The factories of this class use pages of the buffer's own, {@link BufferFactory#ownPages}; one
 * that has content from the start is frozen. A factory fails with {@link PluginException}, {@code
 * NO_SPACE}, where memory cannot be locked.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Readers do
 * not exclude each other. {@code close} waits for readers, {@code freeze} for those who may write;
 * called from inside a callback (of any buffer), neither waits: a close takes effect when the last
 * reader leaves. After close every method but {@code close}, {@code size}, {@code isAlive}, {@code
 * isMutable} and {@code protections} throws {@link IllegalStateException}.
 */
public final class LockedBuffer implements AutoCloseable {
  private final Guarded guarded;

  LockedBuffer(Guarded guarded) {
    this.guarded = guarded;
    guarded.watch(new Leaks.Alarm(this, guarded));
  }

  /** A mutable buffer of zeroes. */
  public static LockedBuffer create(int sizeBytes) throws PluginException {
    return BufferFactory.ownPages().create(sizeBytes);
  }

  /** A frozen buffer of random bytes. */
  public static LockedBuffer random(int sizeBytes) throws PluginException {
    return BufferFactory.ownPages().random(sizeBytes);
  }

  /** A frozen copy. */
  public static LockedBuffer copyOf(byte[] source) throws PluginException {
    return BufferFactory.ownPages().copyOf(source);
  }

  /** A frozen copy: each char as 2 bytes in the machine's order, see {@link SecretView#chars}. */
  public static LockedBuffer copyOf(char[] source) throws PluginException {
    return BufferFactory.ownPages().copyOf(source);
  }

  /** A frozen copy of the bytes from position to limit, which stay. */
  public static LockedBuffer copyOf(ByteBuffer source) throws PluginException {
    return BufferFactory.ownPages().copyOf(source);
  }

  /** A frozen copy; the array is wiped, also on failure. */
  public static LockedBuffer consume(byte[] source) throws PluginException {
    return BufferFactory.ownPages().consume(source);
  }

  /** A frozen copy, as of {@link #copyOf(char[])}; the array is wiped, also on failure. */
  public static LockedBuffer consume(char[] source) throws PluginException {
    return BufferFactory.ownPages().consume(source);
  }

  /** A frozen copy of the bytes from position to limit, which are wiped, also on failure. */
  public static LockedBuffer consume(ByteBuffer source) throws PluginException {
    return BufferFactory.ownPages().consume(source);
  }

  /**
   * A frozen buffer of exactly the next {@code sizeBytes} bytes of a stream.
   *
   * @throws PartialReadException if the stream fails or ends before; it holds what was read
   */
  public static LockedBuffer read(InputStream source, int sizeBytes)
      throws PluginException, IOException {
    return BufferFactory.ownPages().read(source, sizeBytes);
  }

  /**
   * A frozen buffer of what a stream has before {@code delimiter}, which is taken from the stream
   * and left out.
   *
   * @throws PartialReadException if the stream fails or ends before; it holds what was read
   */
  public static LockedBuffer readUntil(InputStream source, byte delimiter)
      throws PluginException, IOException {
    return BufferFactory.ownPages().readUntil(source, delimiter);
  }

  /**
   * A frozen buffer of all that a stream has left.
   *
   * @throws PartialReadException if the stream fails; it holds what was read
   */
  public static LockedBuffer readAll(InputStream source) throws PluginException, IOException {
    return BufferFactory.ownPages().readAll(source);
  }

  /** Overwrites an array with zeroes. */
  public static void wipe(byte[] array) {
    Arrays.fill(array, (byte) 0);
    Reference.reachabilityFence(array);
  }

  /** Overwrites an array with zeroes. */
  public static void wipe(char[] array) {
    Arrays.fill(array, '\0');
    Reference.reachabilityFence(array);
  }

  /** Overwrites an array with bytes that mean nothing; not a source of keys. */
  public static void scramble(byte[] array) {
    ThreadLocalRandom.current().nextBytes(array);
    Reference.reachabilityFence(array);
  }

  /**
   * Lends the bytes to {@code borrower}. Nested calls are allowed, of this buffer too.
   *
   * @throws E what the borrower throws
   */
  public <E extends Exception> void with(Borrower<E> borrower) throws E {
    SecretView view = new SecretView(guarded);
    Borrows.begin();
    try {
      view.begin();
      borrower.use(view);
    } finally {
      end(view);
    }
  }

  /**
   * Lends the bytes to {@code borrower} and passes on what it makes of them.
   *
   * @throws E what the borrower throws
   */
  public <R, E extends Exception> R withResult(ResultBorrower<R, E> borrower) throws E {
    SecretView view = new SecretView(guarded);
    Borrows.begin();
    try {
      view.begin();
      return borrower.use(view);
    } finally {
      end(view);
    }
  }

  private void end(SecretView view) {
    Borrows.end();
    view.end();
    Reference.reachabilityFence(this);
  }

  /** Copies an array to an offset of this mutable buffer. */
  public void copyFrom(int offset, byte[] source) {
    with(view -> view.put(offset, source, 0, source.length));
  }

  /** The same, and wipes the array, also on failure. */
  public void moveFrom(int offset, byte[] source) {
    try {
      copyFrom(offset, source);
    } finally {
      wipe(source);
    }
  }

  /** Copies all of another buffer to an offset of this mutable one. */
  public void copyFrom(int offset, LockedBuffer source) {
    with(view -> source.with(from -> copy(from, view, offset)));
  }

  /** The same, and closes the other buffer, also on failure. */
  public void moveFrom(int offset, LockedBuffer source) {
    try {
      copyFrom(offset, source);
    } finally {
      source.close();
    }
  }

  /** Compares with an array, in time that depends on the lengths only. */
  public boolean contentEquals(byte[] other) {
    return withResult(view -> view.contentEquals(other));
  }

  /** Compares with another buffer, in time that depends on the lengths only. */
  public boolean contentEquals(LockedBuffer other) {
    return withResult(view -> other.withResult(view::contentEquals));
  }

  /** Forbids changes from now on, after those that are under way. */
  public void freeze() {
    guarded.freeze();
  }

  /** Allows changes. A view lent before stays as it was. */
  public void melt() {
    guarded.melt();
  }

  /** Overwrites the content of a mutable buffer with zeroes. */
  public void wipe() {
    with(
        view -> {
          if (!view.isMutable()) {
            throw Failure.frozen();
          }
          guarded.region().wipe();
        });
  }

  /** Overwrites the content of a mutable buffer with random bytes, fit for a key. */
  public void scramble() throws PluginException {
    this.<PluginException>with(
        view -> {
          if (!view.isMutable()) {
            throw Failure.frozen();
          }
          fill(view.raw());
        });
  }

  static void fill(ByteBuffer target) throws PluginException {
    try {
      SecureRandomBytes.fill(target);
    } catch (LinuxException e) {
      throw Failure.of(e);
    }
  }

  /** How many bytes there are; stays known after close. */
  public int size() {
    return guarded.size;
  }

  /** Whether it can be read: not closed, nor about to be. */
  public boolean isAlive() {
    return guarded.isAlive();
  }

  /** Whether it can be written to: alive and not frozen. */
  public boolean isMutable() {
    return guarded.isMutable();
  }

  /** What really protects this buffer's memory. */
  public Set<Protection> protections() {
    return guarded.region().protections();
  }

  /**
   * Insists on protections.
   *
   * @return this buffer
   * @throws PluginException {@code UNAVAILABLE}, with those that are missing
   */
  public LockedBuffer require(Protection... needed) throws PluginException {
    BufferFactory.check(Set.of(needed), protections());
    return this;
  }

  /**
   * Checks the canaries.
   *
   * @throws PluginException {@code FAILED} if somebody wrote past an end of this buffer or of a
   *     neighbour
   */
  public void verify() throws PluginException {
    if (!guarded.intact()) {
      throw Failure.of(PluginException.Reason.FAILED, "the memory beside a buffer was overwritten");
    }
    Reference.reachabilityFence(this);
  }

  /**
   * Seals the content and closes this buffer, also on failure.
   *
   * @throws PluginException {@code UNAVAILABLE} if no cipher plugin works here
   */
  public Enclave seal() throws PluginException {
    return Enclave.seal(this);
  }

  /** Wipes it. Idempotent; never throws: what it finds damaged goes to the listener. */
  @Override
  public void close() {
    guarded.close();
    Reference.reachabilityFence(this);
  }

  @Override
  public String toString() {
    return "guarded buffer of " + guarded.size + " bytes";
  }

  private static void copy(SecretView from, SecretView to, int offset) {
    java.util.Objects.checkFromIndexSize(offset, from.size(), to.size());
    if (!to.isMutable()) {
      throw Failure.frozen();
    }
    to.raw().put(offset, from.raw(), 0, from.size());
  }

  /** Uses what it is lent. */
  @FunctionalInterface
  public interface Borrower<E extends Exception> {
    void use(SecretView view) throws E;
  }

  /** Uses what it is lent and makes something of it. */
  @FunctionalInterface
  public interface ResultBorrower<R, E extends Exception> {
    R use(SecretView view) throws E;
  }
}
