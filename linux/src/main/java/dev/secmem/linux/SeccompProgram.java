package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles a filter for seccomp(2) from the few instructions whose result the kernel can foresee
 * for each system call's number (Linux 5.11): calls that are allowed whatever their arguments are
 * then let through without running the program. Confined.
 */
final class SeccompProgram {
  static final int RET_ALLOW = 0x7fff0000;
  static final int RET_KILL_PROCESS = 0x80000000;
  private static final int RET_ERRNO = 0x00050000;

  /** Offsets in struct seccomp_data. */
  static final int NUMBER = 0;

  static final int ARCHITECTURE = 4;

  private static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
  private static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  private static final int JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
  private static final int JUMP_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
  private static final int RETURN = 0x06; // BPF_RET | BPF_K

  /** The kernel's BPF_MAXINSNS is 4096; a conditional jump reaches 255 further. */
  private static final int MAX_JUMP = 255;

  private static final int INSTRUCTION_BYTES = 8;

  /** A place to jump to, always forward. */
  enum Label {
    ALLOW,
    DENY,
    UNKNOWN,
    NATIVE,
    OPEN,
    OPENAT,
    SOCKET,
    CLONE,
    PRCTL,
    PRLIMIT
  }

  /** One instruction; {@code target} is where a condition that holds leads, null for none. */
  private record Instruction(int code, int operand, Label target) {}

  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<Label, Integer> places = new HashMap<>();

  /** Where the low half of an argument lies, on a little-endian machine. */
  static int argument(int index) {
    return 16 + 8 * index;
  }

  /** The action that makes a call fail with an error number. */
  static int failWith(int errno) {
    return RET_ERRNO | errno;
  }

  SeccompProgram load(int offset) {
    return add(LOAD, offset, null);
  }

  SeccompProgram ifEqual(int value, Label target) {
    return add(JUMP_EQUAL, value, target);
  }

  /** The comparison is unsigned. */
  SeccompProgram ifAtLeast(int value, Label target) {
    return add(JUMP_AT_LEAST, value, target);
  }

  SeccompProgram ifAnyBit(int mask, Label target) {
    return add(JUMP_ANY_BIT, mask, target);
  }

  SeccompProgram end(int action) {
    return add(RETURN, action, null);
  }

  SeccompProgram at(Label label) {
    places.put(label, instructions.size());
    return this;
  }

  private SeccompProgram add(int code, int operand, Label target) {
    instructions.add(new Instruction(code, operand, target));
    return this;
  }

  int length() {
    return instructions.size();
  }

  /**
   * The program as the kernel reads it: an array of struct sock_filter.
   *
   * @throws IllegalStateException if a jump leads nowhere, backward or too far
   */
  ByteBuffer assemble() {
    ByteBuffer code =
        ByteBuffer.allocateDirect(instructions.size() * INSTRUCTION_BYTES)
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < instructions.size(); i++) {
      Instruction each = instructions.get(i);
      int distance = each.target == null ? 0 : distance(i, each.target);
      code.putShort((short) each.code).put((byte) distance).put((byte) 0).putInt(each.operand);
    }
    return code.flip();
  }

  private int distance(int from, Label target) {
    Integer place = places.get(target);
    int distance = place == null ? -1 : place - from - 1;
    if (distance < 0 || distance > MAX_JUMP) {
      throw new IllegalStateException("a jump from " + from + " to " + target);
    }
    return distance;
  }
}
