package dev.secmem.linux;

import java.nio.ByteBuffer;

/**
 * An open directory: what was checked is what is used, whatever its path comes to mean later.
 *
 * <p>Confined. Who opens it closes it; close is idempotent and never throws.
 */
public final class Folder implements AutoCloseable {
  private static final int O_CLOEXEC = 0x80000;
  private static final int DIRECTORY = isNumberedDifferently() ? 0x4000 : 0x10000;

  /** O_NOFOLLOW of open(2). */
  static final int NO_FOLLOW = isNumberedDifferently() ? 0x8000 : 0x20000;

  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;
  private static final long TMPFS_MAGIC = 0x01021994L;
  private static final long RAMFS_MAGIC = 0x858458f6L;

  private final int fd;
  private boolean closed;

  private Folder(int fd) {
    this.fd = fd;
  }

  /**
   * Opens the directory at a path.
   *
   * @param followLink whether the path's last part may be a symbolic link; if not, a link is
   *     ENOTDIR
   */
  public static Folder open(String path, boolean followLink) throws LinuxException {
    ByteBuffer name = CallFrame.string(path);
    int flags = O_CLOEXEC | directoryFlags(followLink);
    return new Folder(Libc.OPEN.check(Libc.OPEN.call(NativeLibrary.addressOf(name), flags, 0)));
  }

  /** What fstat(2) says of it. */
  public Descriptor.Status status() throws LinuxException {
    return Descriptor.status(fd);
  }

  /** Whether its files lie in memory (statfs(2): tmpfs or ramfs), not on a disk. */
  public boolean isInMemory() throws LinuxException {
    ByteBuffer statfs = CallFrame.buffer(256);
    NativeFunction fstatfs = Libc.libc("fstatfs64", 2);
    fstatfs.check(fstatfs.call(fd, NativeLibrary.addressOf(statfs)));
    // The struct begins with the kind: a word, of which the kinds take 32 bits.
    long kind = Integer.toUnsignedLong(statfs.getInt(0));
    return kind == TMPFS_MAGIC || kind == RAMFS_MAGIC;
  }

  /**
   * Whether a path leads to this very directory now. A path where no directory is leads nowhere.
   *
   * @throws LinuxException if that cannot be known
   */
  public boolean isAt(String path) throws LinuxException {
    try (Folder there = open(path, true)) {
      return Descriptor.isSameFile(fd, there.fd);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  /** A path that leads into this very directory, for as long as it is open. */
  public String path() {
    return "/proc/self/fd/" + fd;
  }

  /**
   * Takes the directory's lock (flock(2)), without waiting.
   *
   * @return whether it was had; false if another open file of it has it
   */
  public boolean tryLock() throws LinuxException {
    if (Libc.FLOCK.call(fd, LOCK_EX | LOCK_NB) == 0) {
      return true;
    }
    LinuxException failure = Libc.FLOCK.failure();
    if (failure.errno() == Errno.EAGAIN) {
      return false;
    }
    throw failure;
  }

  /** Gives the lock back. */
  public void unlock() throws LinuxException {
    Libc.FLOCK.check(Libc.FLOCK.call(fd, LOCK_UN));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(fd);
    }
  }

  private static int directoryFlags(boolean followLink) {
    return followLink ? DIRECTORY : DIRECTORY | NO_FOLLOW;
  }

  private static boolean isNumberedDifferently() {
    // ARM and POWER number these two differently from everybody else.
    String machine = System.getProperty("os.arch", "");
    return machine.startsWith("aarch64") || machine.startsWith("arm") || machine.startsWith("ppc");
  }
}
