package dev.secmem.linux;

import java.nio.ByteBuffer;

/**
 * Descriptors of processes (pidfd_open(2)), which never come to mean another process. They belong
 * to the caller.
 */
public final class Pidfd {
  private static final int SYS_PIDFD_OPEN = 434; // the same on every architecture
  private static final int POLLIN = 1;

  private Pidfd() {}

  /**
   * A descriptor of the process that has that pid now (Linux 5.3).
   *
   * @return a descriptor that the caller closes
   * @throws LinuxException ESRCH if there is none
   */
  public static int open(int pid) throws LinuxException {
    return Libc.SYSCALL.check(Libc.SYSCALL.call(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0));
  }

  /** Whether the process still runs: not when it ended, reaped by its parent or not. */
  public static boolean isAlive(int pidfd) throws LinuxException {
    ByteBuffer poll = CallFrame.buffer(8);
    poll.putInt(0, pidfd).putShort(4, (short) POLLIN);
    long ready;
    do {
      ready = Libc.POLL.call(NativeLibrary.addressOf(poll), 1, 0);
    } while (ready == -1 && NativeFunction.errno() == Errno.EINTR);
    return Libc.POLL.check(ready) == 0;
  }
}
