package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.SeccompProgram.Label;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The filter's program, run by an interpreter, for both machines and every number. */
final class SandboxProgramTest {
  private static final int ALLOW = 0x7fff0000;
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int KILL_PROCESS = 0x80000000;

  private int steps;
  private boolean readArgument;

  @Test
  void everyNumberOfBothMachinesEndsAsListed() {
    for (Architecture machine : Architecture.values()) {
      Set<Integer> denied = denied(machine);
      Set<Integer> judged = judged(machine);
      for (int number = 0; number <= 1100; number++) {
        int action = run(machine, machine.audit, number);
        if (judged.contains(number)) {
          assertTrue(readArgument, machine + " " + number);
        } else {
          int expected = denied.contains(number) ? EPERM : number > 462 ? ENOSYS : ALLOW;
          expected = number == 435 ? ENOSYS : expected;
          assertEquals(expected, action, machine + " " + number);
          // Otherwise the kernel cannot foresee the result, and runs the program for each call.
          assertFalse(readArgument, machine + " " + number);
        }
      }
    }
  }

  private static Set<Integer> denied(Architecture machine) {
    Set<Integer> denied = new HashSet<>();
    for (DeniedCall call : DeniedCall.values()) {
      if (call.number(machine) >= 0) {
        assertTrue(denied.add(call.number(machine)), call + " has another's number");
      }
    }
    return denied;
  }

  private static Set<Integer> judged(Architecture machine) {
    return machine == Architecture.X86_64
        ? Set.of(2, 257, 41, 56, 157, 302)
        : Set.of(56, 198, 220, 167, 261);
  }

  @Test
  void whatARequestNeedsIsDecidedFirst() {
    for (Architecture machine : Architecture.values()) {
      for (int i = 0; i < 7; i++) {
        assertEquals(ALLOW, run(machine, machine.audit, machine.frequent[i]));
        assertTrue(steps <= 5 + i, machine + " takes " + steps + " steps");
      }
      for (int number : machine.frequent) {
        assertFalse(denied(machine).contains(number), "both frequent and denied: " + number);
      }
    }
  }

  @Test
  void anotherArchitectureEndsTheProcess() {
    int i386 = 0x40000003;
    int arm = 0x40000028;
    for (Architecture machine : Architecture.values()) {
      for (int other : new int[] {i386, arm, 0, 0xC0000015}) {
        for (int number : new int[] {0, 1, 5, 11, 102, 322}) {
          assertEquals(KILL_PROCESS, run(machine, other, number));
        }
      }
    }
    assertEquals(KILL_PROCESS, run(Architecture.X86_64, Architecture.AARCH64.audit, 0));
  }

  @Test
  void theOtherAbiOfX86IsRefused() {
    int audit = Architecture.X86_64.audit;
    IntStream.rangeClosed(0, 600)
        .forEach(
            number -> assertEquals(EPERM, run(Architecture.X86_64, audit, 0x40000000 | number)));
    assertEquals(EPERM, run(Architecture.X86_64, audit, -1));
  }

  @Test
  void filesAreOpenedForReadingOnly() {
    int readOnly = 0x80000 | 0x8000 | 0x10000 | 0x20000 | 0x4000 | 0x200000 | 0x800;
    for (int flags : new int[] {0, readOnly}) {
      assertEquals(ALLOW, ask(Architecture.X86_64, 257, 0, 0, flags));
      assertEquals(ALLOW, ask(Architecture.X86_64, 2, 0, flags));
      assertEquals(ALLOW, ask(Architecture.AARCH64, 56, 0, 0, flags));
    }
    for (int flag : new int[] {1, 2, 3, 0x40, 0x200, 0x400, 0x400000}) {
      for (int flags : new int[] {flag, flag | readOnly}) {
        assertEquals(EPERM, ask(Architecture.X86_64, 257, 0, 0, flags), "flags " + flags);
        assertEquals(EPERM, ask(Architecture.X86_64, 2, 0, flags), "flags " + flags);
        assertEquals(EPERM, ask(Architecture.AARCH64, 56, 0, 0, flags), "flags " + flags);
      }
    }
  }

  @Test
  void argumentsDecideSocketsThreadsAndLimits() {
    long thread = 0x3d0f00;
    for (int family = 0; family < 50; family++) {
      int expected = family == 1 ? ALLOW : EPERM;
      assertEquals(expected, ask(Architecture.X86_64, 41, family, 1, 0));
      assertEquals(expected, ask(Architecture.AARCH64, 198, family, 1, 0));
    }
    assertEquals(ALLOW, ask(Architecture.X86_64, 56, thread));
    assertEquals(EPERM, ask(Architecture.X86_64, 56, thread | 0x10000000));
    assertEquals(EPERM, ask(Architecture.X86_64, 56, 0x4111));
    assertEquals(ALLOW, ask(Architecture.AARCH64, 220, thread));
    assertEquals(EPERM, ask(Architecture.AARCH64, 220, 17));
    for (int option : new int[] {4, 35, 0x59616d61}) {
      assertEquals(EPERM, ask(Architecture.X86_64, 157, option, 1));
      assertEquals(EPERM, ask(Architecture.AARCH64, 167, option, 1));
    }
    for (int option : new int[] {3, 15, 38}) {
      assertEquals(ALLOW, ask(Architecture.X86_64, 157, option, 1));
    }
    assertEquals(ALLOW, ask(Architecture.X86_64, 302, 0, 4, 0, 0x7fff_1234_5678L));
    assertEquals(EPERM, ask(Architecture.X86_64, 302, 0, 4, 0x7fff_0000_0000L));
    assertEquals(EPERM, ask(Architecture.X86_64, 302, 0, 4, 8));
    assertEquals(EPERM, ask(Architecture.AARCH64, 261, 0, 4, 8));
  }

  @Test
  void aJumpMustLeadForwardAndNotTooFar() {
    assertThrows(
        IllegalStateException.class, new SeccompProgram().ifEqual(1, Label.DENY)::assemble);
    SeccompProgram backward = new SeccompProgram().at(Label.DENY).end(0).ifEqual(1, Label.DENY);
    assertThrows(IllegalStateException.class, backward::assemble);
    SeccompProgram far = new SeccompProgram().ifEqual(1, Label.DENY);
    IntStream.range(0, 256).forEach(i -> far.load(0));
    assertThrows(IllegalStateException.class, far.at(Label.DENY).end(0)::assemble);
  }

  private int run(Architecture machine, int audit, int number) {
    return run(machine, audit, number, new long[6]);
  }

  private int ask(Architecture machine, int number, long... arguments) {
    return run(machine, machine.audit, number, Arrays.copyOf(arguments, 6));
  }

  /** Runs the program as the kernel does, on a struct seccomp_data. */
  private int run(Architecture machine, int audit, int number, long[] arguments) {
    ByteBuffer code = Sandbox.program(machine).assemble().order(ByteOrder.nativeOrder());
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, number).putInt(4, audit);
    for (int i = 0; i < 6; i++) {
      data.putLong(16 + 8 * i, arguments[i]);
    }
    readArgument = false;
    steps = 0;
    int value = 0;
    for (int at = 0; ; ) {
      steps++;
      int operand = code.getInt(8 * at + 4);
      int yes = code.get(8 * at + 2) & 0xff;
      int no = code.get(8 * at + 3) & 0xff;
      boolean holds;
      switch (code.getShort(8 * at)) {
        case 0x20 -> {
          readArgument |= operand >= 16;
          value = data.getInt(operand);
          holds = false;
        }
        case 0x06 -> {
          return operand;
        }
        case 0x15 -> holds = value == operand;
        case 0x35 -> holds = Integer.compareUnsigned(value, operand) >= 0;
        case 0x45 -> holds = (value & operand) != 0;
        default -> throw new AssertionError("an instruction that the kernel does not foresee");
      }
      at += 1 + (holds ? yes : no);
    }
  }
}
