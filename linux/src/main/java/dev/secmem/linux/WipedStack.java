package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Runs a call and wipes what it left on the calling thread's stack. Compiled code keeps pieces of
 * what it works on in registers, which go onto the stack whenever the JVM stops the thread, and
 * stay there after the frame that they belonged to is gone.
 *
 * <p>Wiped is a fixed part below the stack pointer of a C function called from here. It belongs to
 * this thread: before it calls a native method, the JVM makes sure that {@code StackShadowPages},
 * 80 KiB, are free for that. The call runs some frames further down than what wipes, whose own
 * frames would else lie over those of the call without overwriting all of their bytes.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class WipedStack {
  /**
   * So much lies between the stack pointers of the function that tells it and of the one that
   * wipes.
   */
  static final int MARGIN_BYTES = 1 << 10;

  /** How far down it is wiped. */
  static final int REACH_BYTES = 48 << 10;

  /** From 6 KiB, when they are compiled, to 20. */
  private static final int FRAMES = 80;

  private static final NativeFunction GETCONTEXT = Libc.libc("getcontext", 1);
  private static final Layout LAYOUT = Layout.own();

  private static final ThreadLocal<ByteBuffer> CONTEXT =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(LAYOUT.sizeBytes).order(ByteOrder.nativeOrder()));

  private WipedStack() {}

  /** What works on secrets. */
  @FunctionalInterface
  public interface Call<E extends Exception> {
    void run() throws E;
  }

  /** ucontext_t (getcontext(3)), with room to spare, and where the stack pointer is in it. */
  private enum Layout {
    /** {@code uc_mcontext.gregs[REG_RSP]}. */
    X86_64(1024, 160),
    /** {@code uc_mcontext.sp}. */
    AARCH64(8192, 432);

    final int sizeBytes;
    final int stackPointerAt;

    Layout(int sizeBytes, int stackPointerAt) {
      this.sizeBytes = sizeBytes;
      this.stackPointerAt = stackPointerAt;
    }

    /** This machine's; on others a wrong place would be wiped, so nothing is run there. */
    static Layout own() {
      try {
        return switch (Architecture.own()) {
          case X86_64 -> X86_64;
          case AARCH64 -> AARCH64;
        };
      } catch (LinuxException e) {
        throw new UnsupportedOperationException("no stack can be wiped on this machine", e);
      }
    }
  }

  /** Runs a call; its part of the stack is wiped whether it returns or throws. */
  public static <E extends Exception> void run(Call<E> call) throws E {
    try {
      runBelow(FRAMES, call, 1, 2, 3, 4, 5, 6, 7, 8);
    } finally {
      wipe();
    }
  }

  /** The numbers are needed after the call: a frame has to keep them, compiled or not. */
  private static <E extends Exception> long runBelow(
      int frames, Call<E> call, long a, long b, long c, long d, long e, long f, long g, long h)
      throws E {
    if (frames == 0) {
      call.run();
      return 0;
    }
    long below = runBelow(frames - 1, call, b, c, d, e, f, g, h, a);
    return below + a * b + c * d + e * f + g * h;
  }

  private static void wipe() {
    Libc.EXPLICIT_BZERO.call(stackPointer() - REACH_BYTES, REACH_BYTES - MARGIN_BYTES);
  }

  /** That of the C function that tells it. */
  static long stackPointer() {
    ByteBuffer context = CONTEXT.get();
    long at = NativeLibrary.addressOf(context);
    GETCONTEXT.call(at);
    long stackPointer = context.getLong(LAYOUT.stackPointerAt);
    Libc.EXPLICIT_BZERO.call(at, LAYOUT.sizeBytes);
    return stackPointer;
  }
}
