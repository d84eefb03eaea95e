package dev.secmem.linux;

import java.nio.ByteBuffer;

/**
 * Calls on file descriptors, which are plain numbers here: their owner is whoever opened or
 * received them, and closes each exactly once.
 */
public final class Descriptor {
  private static final int F_GETFD = 1;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int FD_CLOEXEC = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_ACCMODE = 3;
  private static final int O_WRONLY = 1;
  private static final int O_PATH = 0x200000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC = 0x7ff;
  private static final int AT_FDCWD = -100;
  private static final ByteBuffer EMPTY_PATH = CallFrame.string("");

  private Descriptor() {}

  /**
   * Closes a descriptor. close(2) frees the number whatever it answers, so there is nothing to be
   * done about a failure; one of EBADF is a bug and is thrown as such.
   */
  public static void close(int fd) {
    if (Libc.CLOSE.call(fd) != 0 && NativeFunction.errno() == Errno.EBADF) {
      throw new IllegalStateException("descriptor " + fd + " was closed by somebody else");
    }
  }

  /**
   * Reads at an offset into a direct buffer's remaining bytes.
   *
   * @return how many, 0 at the end; the position moves by as many
   */
  public static int pread(int fd, ByteBuffer target, long offset) throws LinuxException {
    long at = NativeLibrary.addressOf(target);
    long count;
    do {
      count = Libc.PREAD.call(fd, at, target.remaining(), offset);
    } while (count == -1 && NativeFunction.errno() == Errno.EINTR);
    int read = (int) Libc.PREAD.checkLong(count);
    target.position(target.position() + read);
    return read;
  }

  /**
   * Writes all of a direct buffer's remaining bytes at an offset; the position moves to the limit.
   */
  public static void pwrite(int fd, ByteBuffer source, long offset) throws LinuxException {
    long at = offset;
    while (source.hasRemaining()) {
      long count = Libc.PWRITE.call(fd, NativeLibrary.addressOf(source), source.remaining(), at);
      if (count == -1 && NativeFunction.errno() == Errno.EINTR) {
        continue;
      }
      int written = (int) Libc.PWRITE.checkLong(count);
      source.position(source.position() + written);
      at += written;
    }
  }

  /**
   * Reads what is there into a direct buffer's remaining bytes.
   *
   * @return how many, 0 at the end; the position moves by as many
   */
  public static int read(int fd, ByteBuffer target) throws LinuxException {
    long at = NativeLibrary.addressOf(target);
    long count;
    do {
      count = Libc.READ.call(fd, at, target.remaining());
    } while (count == -1 && NativeFunction.errno() == Errno.EINTR);
    int read = (int) Libc.READ.checkLong(count);
    target.position(target.position() + read);
    return read;
  }

  /** Writes all of a direct buffer's remaining bytes; the position moves to the limit. */
  public static void write(int fd, ByteBuffer source) throws LinuxException {
    while (source.hasRemaining()) {
      long count = Libc.WRITE.call(fd, NativeLibrary.addressOf(source), source.remaining());
      if (count == -1 && NativeFunction.errno() == Errno.EINTR) {
        continue;
      }
      source.position(source.position() + (int) Libc.WRITE.checkLong(count));
    }
  }

  /**
   * Opens what lies at a path as a mere place (O_PATH of open(2)), a symbolic link itself included:
   * nothing can be read from it, but while it is open its device and inode mean no other file.
   *
   * @return a descriptor that the caller closes
   */
  public static int openPlace(String path) throws LinuxException {
    ByteBuffer name = CallFrame.string(path);
    int flags = O_CLOEXEC | O_PATH | Folder.NO_FOLLOW;
    return Libc.OPEN.check(Libc.OPEN.call(NativeLibrary.addressOf(name), flags, 0));
  }

  /** Sets the file's access and modification times to now (utimensat(2)); for O_PATH ones, too. */
  public static void touch(int fd) throws LinuxException {
    ByteBuffer name = CallFrame.string("/proc/self/fd/" + fd);
    Libc.UTIMENSAT.check(Libc.UTIMENSAT.call(AT_FDCWD, NativeLibrary.addressOf(name), 0, 0));
  }

  /**
   * Another number for the same open file, close-on-exec.
   *
   * @return a descriptor that the caller closes
   */
  public static int duplicate(int fd) throws LinuxException {
    return Libc.FCNTL.check(Libc.FCNTL.call(fd, F_DUPFD_CLOEXEC, 0));
  }

  /**
   * Makes the number {@code target} mean what {@code fd} means, in one step (dup3(2)): what it
   * meant before is closed, but calls that wait on it go on waiting. Close-on-exec.
   */
  public static void duplicateOnto(int fd, int target) throws LinuxException {
    Libc.DUP3.check(Libc.DUP3.call(fd, target, O_CLOEXEC));
  }

  /** Whether two descriptors are of one file, by device and inode. */
  public static boolean isSameFile(int fd, int other) throws LinuxException {
    Status one = status(fd);
    Status two = status(other);
    return one.device() == two.device() && one.inode() == two.inode();
  }

  /** What fstat(2) says of it. */
  public static Status status(int fd) throws LinuxException {
    ByteBuffer statx = statx(fd);
    return new Status(
        statx.getShort(28) & 0xffff,
        Integer.toUnsignedLong(statx.getInt(20)),
        Integer.toUnsignedLong(statx.getInt(24)),
        statx.getLong(32),
        statx.getLong(40),
        Integer.toUnsignedLong(statx.getInt(136)) << 32
            | Integer.toUnsignedLong(statx.getInt(140)));
  }

  /** A struct statx in this thread's call frame: inode at 32, device at 136. */
  private static ByteBuffer statx(int fd) throws LinuxException {
    ByteBuffer statx = CallFrame.buffer(256);
    Libc.STATX.check(
        Libc.STATX.call(
            fd,
            NativeLibrary.addressOf(EMPTY_PATH),
            AT_EMPTY_PATH,
            STATX_BASIC,
            NativeLibrary.addressOf(statx)));
    return statx;
  }

  /** Whether it was opened so that it can be read from (F_GETFL; not write-only, not O_PATH). */
  public static boolean isReadable(int fd) throws LinuxException {
    int flags = Libc.FCNTL.check(Libc.FCNTL.call(fd, F_GETFL, 0));
    return (flags & O_ACCMODE) != O_WRONLY && (flags & O_PATH) == 0;
  }

  /** Whether it goes to a program that this process executes. */
  public static void setCloseOnExec(int fd, boolean closeOnExec) throws LinuxException {
    int flags = Libc.FCNTL.check(Libc.FCNTL.call(fd, F_GETFD, 0));
    int changed = closeOnExec ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC;
    Libc.FCNTL.check(Libc.FCNTL.call(fd, F_SETFD, changed));
  }

  /**
   * What fstat(2) says of an open file.
   *
   * @param mode type and permission bits
   * @param device major number, then minor, 32 bits each
   */
  public record Status(int mode, long uid, long gid, long inode, long sizeBytes, long device) {
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFSOCK = 0xc000;

    public boolean isRegularFile() {
      return (mode & S_IFMT) == S_IFREG;
    }

    public boolean isSocket() {
      return (mode & S_IFMT) == S_IFSOCK;
    }
  }
}
