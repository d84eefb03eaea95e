package dev.secmem.store.heapless;

import java.util.Objects;

/** A {@link SecretView} counted in wider units, in the machine's byte order. */
public abstract sealed class TypedView {
  final SecretView view;
  private final int unitBytes;

  private TypedView(SecretView view, int unitBytes) {
    this.view = view;
    this.unitBytes = unitBytes;
  }

  /** How many whole units there are. */
  public final int size() {
    return view.size() / unitBytes;
  }

  final int at(int index) {
    return Objects.checkIndex(index, size()) * unitBytes;
  }

  @Override
  public String toString() {
    return view.toString();
  }

  /** Shorts. */
  public static final class Shorts extends TypedView {
    Shorts(SecretView view) {
      super(view, Short.BYTES);
    }

    public short get(int index) {
      return view.getShort(at(index));
    }

    public void put(int index, short value) {
      view.putShort(at(index), value);
    }
  }

  /** Chars. */
  public static final class Chars extends TypedView {
    Chars(SecretView view) {
      super(view, Character.BYTES);
    }

    public char get(int index) {
      return view.getChar(at(index));
    }

    public void put(int index, char value) {
      view.putChar(at(index), value);
    }
  }

  /** Ints. */
  public static final class Ints extends TypedView {
    Ints(SecretView view) {
      super(view, Integer.BYTES);
    }

    public int get(int index) {
      return view.getInt(at(index));
    }

    public void put(int index, int value) {
      view.putInt(at(index), value);
    }
  }

  /** Longs. */
  public static final class Longs extends TypedView {
    Longs(SecretView view) {
      super(view, Long.BYTES);
    }

    public long get(int index) {
      return view.getLong(at(index));
    }

    public void put(int index, long value) {
      view.putLong(at(index), value);
    }
  }
}
