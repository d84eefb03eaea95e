package dev.secmem.linux;

/** Error numbers of Linux, the same on every architecture that OpenJDK runs on (errno(3)). */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EPIPE = 32;
  public static final int ERANGE = 34;
  public static final int ENOSYS = 38;
  public static final int ENODATA = 61;
  public static final int EPROTO = 71;
  public static final int ENOTSOCK = 88;
  public static final int ENOPROTOOPT = 92;
  public static final int EOPNOTSUPP = 95;
  public static final int EADDRINUSE = 98;
  public static final int ENOBUFS = 105;
  public static final int ECONNRESET = 104;
  public static final int ENOTCONN = 107;
  public static final int ETOOMANYREFS = 109;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;

  private Errno() {}

  /** The number's name and what it means: {@code EMFILE (too many open files)}. */
  static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM (operation not permitted)";
      case ENOENT -> "ENOENT (no such file or directory)";
      case ESRCH -> "ESRCH (no such process)";
      case EINTR -> "EINTR (interrupted)";
      case EIO -> "EIO (input/output error)";
      case E2BIG -> "E2BIG (arguments and environment too long)";
      case ENOEXEC -> "ENOEXEC (no program)";
      case EBADF -> "EBADF (bad file descriptor)";
      case ECHILD -> "ECHILD (no child process)";
      case EAGAIN -> "EAGAIN (try again)";
      case ENOMEM -> "ENOMEM (not enough memory)";
      case EACCES -> "EACCES (permission denied)";
      case EFAULT -> "EFAULT (bad address)";
      case EBUSY -> "EBUSY (busy)";
      case EEXIST -> "EEXIST (exists)";
      case ENOTDIR -> "ENOTDIR (not a directory)";
      case EISDIR -> "EISDIR (is a directory)";
      case EINVAL -> "EINVAL (invalid argument)";
      case ENFILE -> "ENFILE (too many open files on this machine)";
      case EMFILE -> "EMFILE (too many open files)";
      case EFBIG -> "EFBIG (file too large)";
      case ENOSPC -> "ENOSPC (no space)";
      case EPIPE -> "EPIPE (broken pipe)";
      case ERANGE -> "ERANGE (result too large)";
      case ENOSYS -> "ENOSYS (this kernel does not have it)";
      case ENODATA -> "ENODATA (no data)";
      case EPROTO -> "EPROTO (protocol error)";
      case ENOTSOCK -> "ENOTSOCK (not a socket)";
      case ENOPROTOOPT -> "ENOPROTOOPT (this kernel does not have it)";
      case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
      case EADDRINUSE -> "EADDRINUSE (address in use)";
      case ENOBUFS -> "ENOBUFS (no buffer space)";
      case ECONNRESET -> "ECONNRESET (connection reset)";
      case ENOTCONN -> "ENOTCONN (not connected)";
      case ETOOMANYREFS -> "ETOOMANYREFS (too many descriptors in flight)";
      case ETIMEDOUT -> "ETIMEDOUT (timed out)";
      case ECONNREFUSED -> "ECONNREFUSED (connection refused)";
      default -> "errno " + errno;
    };
  }
}
