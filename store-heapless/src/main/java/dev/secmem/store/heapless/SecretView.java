package dev.secmem.store.heapless;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The bytes of a {@link LockedBuffer}, lent to a callback. Indices are in bytes, numbers in the
 * machine's byte order. Each access is checked: outside the bounds it throws {@link
 * IndexOutOfBoundsException}; after the callback has returned, in another thread, or writing to a
 * frozen buffer, {@link IllegalStateException}. So no use of a view, however wrong, reaches memory
 * that is not the buffer's.
 *
 * <p>Confined to the thread that it was lent to.
 */
public final class SecretView {
  private final Guarded guarded;
  private final ByteBuffer memory;
  private final int offset;
  private final int size;
  private boolean writable;

  /** Who may use it: null before the loan and after it. Another thread never sees itself here. */
  private Thread borrower;

  SecretView(Guarded guarded) {
    this.guarded = guarded;
    this.memory = guarded.region().memory();
    this.offset = guarded.region().offset();
    this.size = guarded.size;
  }

  /** Begins the loan to the calling thread; it allocates nothing that could fail half-way. */
  void begin() {
    writable = guarded.enter();
    borrower = Thread.currentThread();
  }

  /** Ends the loan, if it has begun. */
  void end() {
    if (borrower != null) {
      borrower = null;
      guarded.leave(writable);
    }
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** Whether it can be written to now. */
  public boolean isMutable() {
    return writable && guarded.isMutable();
  }

  public byte get(int index) {
    return memory.get(at(index, Byte.BYTES));
  }

  public short getShort(int index) {
    return memory.getShort(at(index, Short.BYTES));
  }

  public char getChar(int index) {
    return memory.getChar(at(index, Character.BYTES));
  }

  public int getInt(int index) {
    return memory.getInt(at(index, Integer.BYTES));
  }

  public long getLong(int index) {
    return memory.getLong(at(index, Long.BYTES));
  }

  /** Copies {@code length} bytes out of the buffer: wiping the copy is the caller's duty. */
  public void get(int index, byte[] target, int from, int length) {
    Objects.checkFromIndexSize(from, length, target.length);
    memory.get(at(index, length), target, from, length);
  }

  public void put(int index, byte value) {
    memory.put(writableAt(index, Byte.BYTES), value);
  }

  public void putShort(int index, short value) {
    memory.putShort(writableAt(index, Short.BYTES), value);
  }

  public void putChar(int index, char value) {
    memory.putChar(writableAt(index, Character.BYTES), value);
  }

  public void putInt(int index, int value) {
    memory.putInt(writableAt(index, Integer.BYTES), value);
  }

  public void putLong(int index, long value) {
    memory.putLong(writableAt(index, Long.BYTES), value);
  }

  /** Copies {@code length} bytes into the buffer. */
  public void put(int index, byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    memory.put(writableAt(index, length), source, from, length);
  }

  /** The whole shorts of the buffer, without a copy; valid as long as this view. */
  public TypedView.Shorts shorts() {
    return new TypedView.Shorts(this);
  }

  /** The whole chars of the buffer, without a copy; valid as long as this view. */
  public TypedView.Chars chars() {
    return new TypedView.Chars(this);
  }

  /** The whole ints of the buffer, without a copy; valid as long as this view. */
  public TypedView.Ints ints() {
    return new TypedView.Ints(this);
  }

  /** The whole longs of the buffer, without a copy; valid as long as this view. */
  public TypedView.Longs longs() {
    return new TypedView.Longs(this);
  }

  /** Reads the bytes in their order; valid as long as this view. */
  public InputStream inputStream() {
    return new ViewInputStream(this);
  }

  /** Compares with an array, in time that depends on the lengths only. */
  public boolean contentEquals(byte[] other) {
    int at = at(0, size);
    if (other.length != size) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < size; i++) {
      difference |= memory.get(at + i) ^ other[i];
    }
    return difference == 0;
  }

  /** Compares with another view, in time that depends on the lengths only. */
  public boolean contentEquals(SecretView other) {
    int at = at(0, size);
    int otherAt = other.at(0, other.size);
    if (other.size != size) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < size; i++) {
      difference |= memory.get(at + i) ^ other.memory.get(otherAt + i);
    }
    return difference == 0;
  }

  /** A buffer over the bytes, for code of this module that keeps it no longer than the loan. */
  ByteBuffer raw() {
    ByteBuffer raw = memory.slice(at(0, size), size);
    return (isMutable() ? raw : raw.asReadOnlyBuffer()).order(memory.order());
  }

  @Override
  public String toString() {
    return "view of " + size + " guarded bytes";
  }

  private int at(int index, int length) {
    if (borrower != Thread.currentThread()) {
      throw new IllegalStateException("the view is used outside its callback or its thread");
    }
    return offset + Objects.checkFromIndexSize(index, length, size);
  }

  private int writableAt(int index, int length) {
    int at = at(index, length);
    if (!isMutable()) {
      throw Failure.frozen();
    }
    return at;
  }
}
