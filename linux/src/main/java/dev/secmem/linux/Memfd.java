package dev.secmem.linux;

import java.nio.ByteBuffer;

/** Anonymous files in RAM and their seals (memfd_create(2), fcntl(2) "File Sealing"). */
public final class Memfd {
  public static final int SEAL_SEAL = 0x01;
  public static final int SEAL_SHRINK = 0x02;
  public static final int SEAL_GROW = 0x04;
  public static final int SEAL_WRITE = 0x08;
  public static final int SEAL_FUTURE_WRITE = 0x10;

  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_NOEXEC_SEAL = 8;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;

  /** The same for every file: it shows in /proc and must say nothing. */
  private static final ByteBuffer NAME = CallFrame.string("secmem");

  private static final long NAME_ADDRESS = NativeLibrary.addressOf(NAME);

  private static final int FLAGS = supportedFlags();

  private Memfd() {}

  /**
   * Creates an empty file that can be sealed, is closed on exec and, where the kernel can (6.3),
   * can never be made executable.
   *
   * @return a descriptor that the caller closes
   */
  public static int create() throws LinuxException {
    return Libc.MEMFD_CREATE.check(Libc.MEMFD_CREATE.call(NAME_ADDRESS, FLAGS));
  }

  /** Sets a file's size, which fills it with zeroes. */
  public static void resize(int fd, long sizeBytes) throws LinuxException {
    Libc.FTRUNCATE.check(Libc.FTRUNCATE.call(fd, sizeBytes));
  }

  /**
   * Takes the pages of a file from the system now, so that none can fail to be had later, when the
   * only way to tell would be SIGBUS. Their content stays as it is: zeroes, where none was written.
   *
   * @throws LinuxException ENOSPC or ENOMEM if they cannot be had
   */
  public static void allocate(int fd, long sizeBytes) throws LinuxException {
    long result;
    do {
      result = Libc.FALLOCATE.call(fd, 0, 0, sizeBytes);
    } while ((int) result == -1 && NativeFunction.errno() == Errno.EINTR);
    Libc.FALLOCATE.check(result);
  }

  /** Adds seals. */
  public static void addSeals(int fd, int seals) throws LinuxException {
    Libc.FCNTL.check(Libc.FCNTL.call(fd, F_ADD_SEALS, seals));
  }

  /**
   * The seals of a file. Only files in RAM (memfd, tmpfs, hugetlbfs) have any to ask for.
   *
   * @throws LinuxException EINVAL for every other kind
   */
  public static int seals(int fd) throws LinuxException {
    return Libc.FCNTL.check(Libc.FCNTL.call(fd, F_GET_SEALS, 0));
  }

  /** Whether this kernel keeps files in RAM from ever being executable (MFD_NOEXEC_SEAL). */
  public static boolean hasNoExecSeal() {
    return (FLAGS & MFD_NOEXEC_SEAL) != 0;
  }

  private static int supportedFlags() {
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = (int) Libc.MEMFD_CREATE.call(NativeLibrary.addressOf(NAME), flags | MFD_NOEXEC_SEAL);
    if (fd < 0) {
      return flags;
    }
    Descriptor.close(fd);
    return flags | MFD_NOEXEC_SEAL;
  }
}
