package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that this process starts and waits for (posix_spawn(3), waitid(2)).
 *
 * <p>Unlike {@link ProcessBuilder} it hands on every descriptor that is not close-on-exec, the
 * signal state that it is told, and bytes instead of characters.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class ChildProcess {
  private static final int SETSIGDEF = 0x04;
  private static final int SETSIGMASK = 0x08;

  // glibc's posix_spawnattr_t has 336 bytes and its sigset_t 128; musl's are the same.
  private static final int ATTRIBUTES_BYTES = 1024;
  private static final int SIGSET_BYTES = 128;

  private static final int P_PID = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int SIGINFO_BYTES = 128;

  private final int pid;
  private boolean ended;
  private int exitCode;

  private ChildProcess(int pid) {
    this.pid = pid;
  }

  /**
   * Starts a program. It is looked for in the PATH of {@code environment}, as a shell does, unless
   * its name holds a slash.
   *
   * @param command the program and its arguments, without NUL
   * @param environment {@code NAME=value} each, without NUL
   * @param signals what the program is to block and ignore; it handles the others by default
   * @throws LinuxException ENOENT if there is no such program, EACCES if it may not be executed
   */
  public static ChildProcess spawn(
      List<byte[]> command, List<byte[]> environment, SignalState signals) throws LinuxException {
    ByteBuffer arguments = CallFrame.strings(command);
    ByteBuffer variables = CallFrame.strings(environment);
    int failure = Errno.ENOENT;
    for (byte[] path : SearchPath.candidates(command.get(0), environment)) {
      ByteBuffer file = CallFrame.string(path);
      int[] pid = new int[1];
      int error = spawn(file, arguments, variables, signals, pid);
      if (error == Errno.ENOEXEC) {
        // A script without a #! line: every shell, and execvp(3), gives it to sh.
        error = spawn(SH, CallFrame.strings(shell(path, command)), variables, signals, pid);
      }
      if (error == 0) {
        return new ChildProcess(pid[0]);
      }
      if (error != Errno.ENOENT && error != Errno.ENOTDIR && error != Errno.EACCES) {
        throw new LinuxException("posix_spawn", error);
      }
      // One that may not be executed is worth telling even if later folders have none at all.
      failure = error == Errno.EACCES ? error : failure;
    }
    throw new LinuxException("posix_spawn", failure);
  }

  public int pid() {
    return pid;
  }

  /**
   * Waits for its end.
   *
   * @return its exit code, or 128 and the number of the signal that ended it
   */
  public int waitFor() throws LinuxException {
    ByteBuffer info = ByteBuffer.allocateDirect(SIGINFO_BYTES);
    synchronized (this) {
      if (ended) {
        return exitCode;
      }
    }
    // Without taking it away: while the ended process is kept, its number means nobody else, and
    // kill below needs no luck.
    while ((int) Functions.WAITID.call(P_PID, pid, NativeLibrary.addressOf(info), WEXITED | WNOWAIT)
        == -1) {
      if (NativeFunction.errno() == Errno.EINTR) {
        continue;
      }
      synchronized (this) {
        if (ended) {
          return exitCode;
        }
      }
      throw Functions.WAITID.failure();
    }
    return reap();
  }

  /** Sends it a signal; nothing happens once its end was waited for. */
  public synchronized void kill(int signal) throws LinuxException {
    if (!ended) {
      Libc.KILL.check(Libc.KILL.call(pid, signal));
    }
  }

  private synchronized int reap() throws LinuxException {
    if (!ended) {
      ByteBuffer status = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
      Libc.WAITPID.check(Libc.WAITPID.call(pid, NativeLibrary.addressOf(status), 0));
      int signal = status.getInt(0) & 0x7f;
      exitCode = signal == 0 ? (status.getInt(0) >> 8) & 0xff : 128 + signal;
      ended = true;
    }
    return exitCode;
  }

  private static int spawn(
      ByteBuffer file, ByteBuffer arguments, ByteBuffer variables, SignalState signals, int[] pid) {
    ByteBuffer attributes = direct(ATTRIBUTES_BYTES);
    long at = NativeLibrary.addressOf(attributes);
    Functions.ATTR_INIT.call(at);
    try {
      ByteBuffer set = direct(SIGSET_BYTES);
      set.putLong(0, signals.blocked());
      Functions.ATTR_SETSIGMASK.call(at, NativeLibrary.addressOf(set));
      set.putLong(0, ~signals.ignored() & SignalState.CHANGEABLE);
      Functions.ATTR_SETSIGDEFAULT.call(at, NativeLibrary.addressOf(set));
      Functions.ATTR_SETFLAGS.call(at, SETSIGMASK | SETSIGDEF);
      ByteBuffer number = direct(4);
      int error =
          (int)
              Functions.POSIX_SPAWN.call(
                  NativeLibrary.addressOf(number),
                  NativeLibrary.addressOf(file),
                  0,
                  at,
                  NativeLibrary.addressOf(arguments),
                  NativeLibrary.addressOf(variables));
      pid[0] = number.getInt(0);
      return error;
    } finally {
      Functions.ATTR_DESTROY.call(at);
    }
  }

  static List<byte[]> shell(byte[] script, List<byte[]> command) {
    List<byte[]> words = new ArrayList<>();
    words.add(new byte[] {'s', 'h'});
    words.add(script);
    words.addAll(command.subList(1, command.size()));
    return words;
  }

  private static ByteBuffer direct(int sizeBytes) {
    return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
  }

  private static final ByteBuffer SH = CallFrame.string("/bin/sh");

  /** Looked up by who starts a program only. */
  private static final class Functions {
    static final NativeFunction ATTR_INIT = Libc.libc("posix_spawnattr_init", 1);
    static final NativeFunction ATTR_DESTROY = Libc.libc("posix_spawnattr_destroy", 1);
    static final NativeFunction ATTR_SETFLAGS = Libc.libc("posix_spawnattr_setflags", 2);
    static final NativeFunction ATTR_SETSIGMASK = Libc.libc("posix_spawnattr_setsigmask", 2);
    static final NativeFunction ATTR_SETSIGDEFAULT = Libc.libc("posix_spawnattr_setsigdefault", 2);
    static final NativeFunction POSIX_SPAWN = Libc.libc("posix_spawn", 6);
    static final NativeFunction WAITID = Libc.libc("waitid", 4);
  }
}
