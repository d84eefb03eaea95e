package dev.secmem.store.heapless;

import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp(2) filter that makes one system call of the calling thread fail. It cannot be taken off
 * again: use a thread for each.
 */
final class SeccompFilter {
  private static final int LOAD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_SET = 0x45;
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;

  private final List<long[]> checks = new ArrayList<>();
  private final int errno;

  private SeccompFilter(int number, int errno) {
    this.errno = errno;
    checks.add(new long[] {LOAD, 0, JUMP_EQUAL, number});
  }

  /** Fails the system call of that number (of x86-64). */
  static SeccompFilter failing(int number, int errno) {
    return new SeccompFilter(number, errno);
  }

  /** But only where the low half of an argument has this value. */
  SeccompFilter where(int argument, int value) {
    checks.add(new long[] {LOAD, 16 + 8L * argument, JUMP_EQUAL, value});
    return this;
  }

  /** But only where an argument has one of these bits. */
  SeccompFilter whereBits(int argument, int bits) {
    checks.add(new long[] {LOAD, 16 + 8L * argument, JUMP_SET, bits});
    return this;
  }

  /** Puts it on the calling thread. */
  void install() {
    int length = 2 * checks.size() + 2;
    ByteBuffer code = ByteBuffer.allocateDirect(16 + 8 * length).order(ByteOrder.nativeOrder());
    long address = NativeLibrary.addressOf(code);
    code.putShort(0, (short) length).putLong(8, address + 16);
    int at = 0;
    for (long[] check : checks) {
      instruction(code, at++, (int) check[0], 0, 0, (int) check[1]);
      // Not equal: over all that is left, to the last instruction, which allows.
      instruction(code, at, (int) check[2], 0, length - 2 - at, (int) check[3]);
      at++;
    }
    instruction(code, at++, RETURN, 0, 0, ERRNO | errno);
    instruction(code, at, RETURN, 0, 0, ALLOW);
    check(Native.function("prctl", 5).call(38, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
    check(Native.function("syscall", 4).call(317, 1, 0, address), "seccomp");
  }

  private static void check(long result, String call) {
    if ((int) result != 0) {
      throw new IllegalStateException(call + " failed");
    }
  }

  private static void instruction(
      ByteBuffer code, int index, int operation, int ifTrue, int ifFalse, int operand) {
    int at = 16 + 8 * index;
    code.putShort(at, (short) operation).put(at + 2, (byte) ifTrue).put(at + 3, (byte) ifFalse);
    code.putInt(at + 4, operand);
  }
}
