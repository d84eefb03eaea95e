package dev.secmem.linux;

import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A shared library and its functions. Stays loaded until the process ends.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class NativeLibrary {
  static {
    // jffi reads memory through sun.misc.Unsafe where it can, which newer JDKs warn about. Nothing
    // here reads that way, so it need not even look.
    if (System.getProperty("jffi.unsafe.disabled") == null) {
      System.setProperty("jffi.unsafe.disabled", "true");
    }
  }

  private static final NativeLibrary LIBC = new NativeLibrary("libc", Library.getDefault());

  private final String name;
  private final Library library;

  private NativeLibrary(String name, Library library) {
    this.name = name;
    this.library = library;
  }

  /**
   * Loads a library as dlopen(3) finds it.
   *
   * @param soname for example {@code libcrypto.so.3}
   * @return empty if it cannot be loaded
   */
  public static Optional<NativeLibrary> open(String soname) {
    Library library = Library.getCachedInstance(soname, Library.NOW | Library.LOCAL);
    return Optional.ofNullable(library).map(found -> new NativeLibrary(soname, found));
  }

  static NativeLibrary libc() {
    return LIBC;
  }

  /**
   * A function of this library whose arguments and result are integers or addresses.
   *
   * @param symbol its name
   * @param arity how many arguments it takes, 0 to 6
   * @throws UnsatisfiedLinkError if the library has no such function
   */
  public NativeFunction function(String symbol, int arity) {
    long address = library.getSymbolAddress(symbol);
    if (address == 0) {
      throw new UnsatisfiedLinkError(name + " has no function " + symbol);
    }
    return new NativeFunction(symbol, address, arity);
  }

  /**
   * Where a direct buffer's current position lies in memory.
   *
   * @throws IllegalArgumentException if it is not direct
   */
  public static long addressOf(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException("a direct buffer is needed");
    }
    return MemoryIO.getInstance().getDirectBufferAddress(buffer) + buffer.position();
  }

  /** A direct buffer over memory that somebody else owns and keeps mapped. */
  static ByteBuffer bufferAt(long address, int sizeBytes) {
    return MemoryIO.getInstance().newDirectByteBuffer(address, sizeBytes);
  }
}
