package dev.secmem.linux;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that this process becomes (execve(2)).
 *
 * <p>Confined, as everything here is to the one thread that calls it last.
 */
public final class Exec {
  private static final int SYS_CLOSE_RANGE = 436;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final long LAST_DESCRIPTOR = 0xffffffffL;
  private static final int SIG_SETMASK = 2;
  private static final int SIG_IGN = 1;
  private static final int SIGSET_BYTES = 8;
  private static final int SIGNALS = 64;
  private static final ByteBuffer SH = CallFrame.string("/bin/sh");

  private final List<byte[]> command;
  private final List<byte[]> environment;
  private final List<ByteBuffer> secrets = new ArrayList<>();
  private SignalState signals = new SignalState(0, 0);
  private int[] descriptors = {0, 1, 2};

  /**
   * Prepares a program. It is looked for in the PATH of {@code environment}, as execvp(3) does,
   * unless its name holds a slash.
   *
   * @param command the program and its arguments, without NUL
   * @param environment {@code NAME=value} each, without NUL
   */
  public Exec(List<byte[]> command, List<byte[]> environment) {
    this.command = List.copyOf(command);
    this.environment = List.copyOf(environment);
  }

  /**
   * Adds a variable whose value is not to be on the heap.
   *
   * @param variable direct; {@code NAME=value} and a NUL from position to limit; borrowed until
   *     {@link #replaceProcess} ends
   */
  public Exec secretVariable(ByteBuffer variable) {
    if (!variable.hasRemaining() || variable.get(variable.limit() - 1) != 0) {
      throw new IllegalArgumentException("a variable for the kernel ends with NUL");
    }
    secrets.add(variable);
    return this;
  }

  /** What the program blocks, and what it ignores beside all that this process ignores. */
  public Exec signals(SignalState state) {
    signals = state;
    return this;
  }

  /** The only descriptors that the program gets; the standard ones, if this is not called. */
  public Exec descriptors(int... numbers) {
    descriptors = numbers.clone();
    return this;
  }

  /**
   * Becomes the program: does not return, unless by an exception. After one the descriptors and
   * this thread's signals stay as they were made for the program.
   *
   * @throws LinuxException ENOENT if there is no such program, EACCES if it may not be executed,
   *     E2BIG if a variable, or all of them with the arguments, are too large
   */
  public void replaceProcess() throws LinuxException {
    List<byte[]> candidates = SearchPath.candidates(command.get(0), environment);
    // All that may load a class or open a file comes before the descriptors are judged.
    ByteBuffer arguments = CallFrame.strings(command);
    ByteBuffer plain = CallFrame.strings(environment);
    ByteBuffer variables = pointers(plain);
    NativeFunction execve = Functions.EXECVE;
    keepOnlyDescriptors();
    becomeCallers();
    int failure = Errno.ENOENT;
    for (byte[] path : candidates) {
      int error = run(execve, CallFrame.string(path), arguments, variables);
      if (error == Errno.ENOEXEC) {
        // A script without a #! line: every shell, and execvp(3), gives it to sh.
        ByteBuffer shell = CallFrame.strings(ChildProcess.shell(path, command));
        error = run(execve, SH, shell, variables);
      }
      if (error != Errno.ENOENT && error != Errno.ENOTDIR && error != Errno.EACCES) {
        throw new LinuxException("execve", error);
      }
      // One that may not be executed is worth telling even if later folders have none at all.
      failure = error == Errno.EACCES ? error : failure;
    }
    // What is borrowed must live until here.
    java.lang.ref.Reference.reachabilityFence(plain);
    throw new LinuxException("execve", failure);
  }

  private static int run(
      NativeFunction execve, ByteBuffer file, ByteBuffer arguments, ByteBuffer variables) {
    execve.call(
        NativeLibrary.addressOf(file),
        NativeLibrary.addressOf(arguments),
        NativeLibrary.addressOf(variables));
    return NativeFunction.errno();
  }

  /** The addresses of all variables, and a null address. */
  private ByteBuffer pointers(ByteBuffer plain) {
    int count = environment.size() + secrets.size();
    ByteBuffer pointers = ByteBuffer.allocateDirect(8 * (count + 1)).order(ByteOrder.nativeOrder());
    for (int i = 0; i < environment.size(); i++) {
      pointers.putLong(plain.getLong(8 * i));
    }
    for (ByteBuffer secret : secrets) {
      pointers.putLong(NativeLibrary.addressOf(secret));
    }
    return pointers.putLong(0).flip();
  }

  private void keepOnlyDescriptors() throws LinuxException {
    long result = Libc.SYSCALL.call(SYS_CLOSE_RANGE, 0, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC, 0, 0);
    if (result == -1) {
      // Older than 5.11.
      closeListedOnExec();
    }
    for (int fd : descriptors) {
      Descriptor.setCloseOnExec(fd, false);
    }
  }

  static void closeListedOnExec() throws LinuxException {
    String[] names = new File("/proc/self/fd").list();
    if (names == null) {
      throw new LinuxException("close_range", Errno.ENOSYS);
    }
    for (String name : names) {
      try {
        Descriptor.setCloseOnExec(Integer.parseInt(name), true);
      } catch (LinuxException e) {
        // The one through which the folder was listed is among them, and closed by now.
        if (e.errno() != Errno.EBADF) {
          throw e;
        }
      }
    }
  }

  /**
   * A handled signal becomes default by execve itself; an ignored one stays so. By the kernel's own
   * calls: the C library's leave out the two signals that it keeps for itself.
   */
  private void becomeCallers() {
    ByteBuffer mask = CallFrame.buffer(64);
    mask.putLong(0, signals.blocked());
    long number = rtSigaction() + 1;
    Libc.SYSCALL.call(number, SIG_SETMASK, NativeLibrary.addressOf(mask), 0, SIGSET_BYTES, 0);
    // The kernel's struct sigaction begins with the handler; without flags the rest is zero.
    ByteBuffer action = CallFrame.buffer(64);
    action.putLong(0, SIG_IGN);
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if ((signals.ignored() & SignalState.CHANGEABLE & SignalState.bit(signal)) != 0) {
        long at = NativeLibrary.addressOf(action);
        Libc.SYSCALL.call(rtSigaction(), signal, at, 0, SIGSET_BYTES, 0);
      }
    }
  }

  /** The number of rt_sigaction(2); that of rt_sigprocmask(2) follows everywhere. */
  private static long rtSigaction() {
    switch (System.getProperty("os.arch", "")) {
      case "amd64":
        return 13;
      case "ppc64le":
        return 173;
      case "s390x":
        return 174;
      default:
        return 134;
    }
  }

  /** Looked up by who becomes another program only. */
  private static final class Functions {
    static final NativeFunction EXECVE = Libc.libc("execve", 3);
  }
}
