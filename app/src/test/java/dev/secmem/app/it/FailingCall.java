package dev.secmem.app.it;

import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Has the kernel fail one system call of the calling thread, by seccomp(2): needs no root and no
 * debugger. It cannot be taken off again, and goes on to threads that this one starts: use a thread
 * for each.
 *
 * @param number of x86-64
 * @param argument whose low half must be {@code value}, or have a bit of it; -1: in any case
 */
record FailingCall(int number, int errno, int argument, boolean bits, int value) {
  private static final int LOAD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_SET = 0x45;
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP = 317;
  private static final int SET_MODE_FILTER = 1;

  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction PRCTL = LIBC.function("prctl", 5);
  private static final NativeFunction SYSCALL = LIBC.function("syscall", 4);

  /** Puts it on the calling thread. */
  void install() {
    ByteBuffer code = ByteBuffer.allocateDirect(16 + 8 * 6).order(ByteOrder.nativeOrder());
    long address = NativeLibrary.addressOf(code);
    code.putShort(0, (short) 6).putLong(8, address + 16).position(16);
    int compare = bits ? JUMP_SET : JUMP_EQUAL;
    instruction(code, LOAD, 0, 0);
    instruction(code, JUMP_EQUAL, 3, number); // another call: to the last instruction
    // Without an argument the number itself is looked at again.
    instruction(code, LOAD, 0, argument < 0 ? 0 : 16 + 8 * argument);
    instruction(code, argument < 0 ? JUMP_EQUAL : compare, 1, argument < 0 ? number : value);
    instruction(code, RETURN, 0, ERRNO | errno);
    instruction(code, RETURN, 0, ALLOW);
    check(PRCTL.call(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    check(SYSCALL.call(SECCOMP, SET_MODE_FILTER, 0, address));
  }

  private static void instruction(ByteBuffer code, int operation, int ifNot, int operand) {
    code.putShort((short) operation).put((byte) 0).put((byte) ifNot).putInt(operand);
  }

  private static void check(long result) {
    if ((int) result != 0) {
      throw new AssertionError("no filter can be installed");
    }
  }
}
