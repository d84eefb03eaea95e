package dev.secmem.linux;

import java.util.Arrays;
import java.util.Map;

/**
 * Prints what the sandbox adds to a system call: nanoseconds of getppid(2), and of openat(2) of a
 * bad address, in child processes without a filter, with one that allows everything, and in the
 * sandbox. Not a test: run its main.
 */
final class SandboxCost {
  /** Short ones, so that most are not interrupted on a busy machine. */
  private static final int ROUNDS = 501;

  private static final int CALLS = 1000;

  private SandboxCost() {}

  public static void main(String[] arguments) throws Exception {
    System.out.printf("%-28s %12s %12s%n", "median (best) of " + ROUNDS, "getppid ns", "openat ns");
    for (int turn = 0; turn < 3; turn++) {
      for (String kind : new String[] {"no filter", "allows everything", "sandbox"}) {
        Map<String, String> told = ChildJvm.own().run(Child.class, kind);
        System.out.printf("%-28s %12s %12s%n", kind, told.get("getppid"), told.get("openat"));
      }
    }
  }

  static final class Child {
    public static void main(String[] arguments) throws Exception {
      switch (arguments[0]) {
        case "sandbox" -> Sandbox.enter();
        case "allows everything" -> ProcessProtection.denyNewPrivileges();
        default -> {}
      }
      boolean x86 = Architecture.own() == Architecture.X86_64;
      ChildJvm.tell("getppid", nanos(x86 ? 110 : 173));
      ChildJvm.tell("openat", nanos(Architecture.own().openat));
    }

    private static String nanos(int number) {
      long[] nanos = new long[ROUNDS];
      for (int round = -10; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
          Libc.SYSCALL.call(number, -1, -1, 0, 0, 0); // openat: EFAULT
        }
        nanos[Math.max(0, round)] = (System.nanoTime() - start) / CALLS;
      }
      Arrays.sort(nanos);
      return nanos[ROUNDS / 2] + " (" + nanos[0] + ")";
    }
  }
}
