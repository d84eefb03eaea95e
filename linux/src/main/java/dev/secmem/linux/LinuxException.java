package dev.secmem.linux;

/**
 * A system call that failed. The message names the call, the error and, where there is something a
 * person can do, what.
 */
public final class LinuxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  LinuxException(String call, int errno) {
    super(call + ": " + Errno.describe(errno) + advice(call, errno));
    this.call = call;
    this.errno = errno;
  }

  /** The call's name, as in section 2 of the manual. */
  public String call() {
    return call;
  }

  /** The error number: one of {@link Errno}'s, or another. */
  public int errno() {
    return errno;
  }

  private static String advice(String call, int errno) {
    boolean locks = call.startsWith("mlock") || call.equals("memfd_secret") || call.equals("mmap");
    if (locks && (errno == Errno.ENOMEM || errno == Errno.EAGAIN || errno == Errno.EPERM)) {
      return "; memlock limit is "
          + ResourceLimit.MEMLOCK.describeSoft()
          + "; raise it with 'ulimit -l', LimitMEMLOCK= (systemd) or --ulimit memlock= (containers)";
    }
    return switch (errno) {
      case Errno.EMFILE ->
          "; open files limit is "
              + ResourceLimit.NOFILE.describeSoft()
              + "; raise it with 'ulimit -n' or LimitNOFILE= (systemd)";
      case Errno.ENFILE -> "; raise fs.file-max with sysctl";
      case Errno.ETOOMANYREFS ->
          "; this user's processes have more descriptors on the way than the open files limit";
      case Errno.ENOSYS -> "; a newer kernel is needed";
      default -> "";
    };
  }
}
