package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which file a path leads to: device and inode, and the path that the kernel itself has for it,
 * without any symbolic link. The file needs no permission of its own to be looked at, only the
 * folders on the way.
 */
public final class FileIdentity {
  private static final int O_PATH = 0x200000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int PATH_MAX = 4096;
  private static final int USUAL_PATH = 1024;

  private final byte[] path;
  private final Descriptor.Status status;

  private FileIdentity(byte[] path, Descriptor.Status status) {
    this.path = path;
    this.status = status;
  }

  /**
   * Looks at what a path leads to, links followed: {@code /proc/PID/exe} leads to the program that
   * runs, whatever lies at its path by now.
   *
   * @param path without NUL
   * @throws LinuxException ENOENT, EACCES
   */
  public static FileIdentity of(byte[] path) throws LinuxException {
    int fd = openPath(path);
    try {
      return new FileIdentity(link("/proc/self/fd/" + fd), Descriptor.status(fd));
    } finally {
      Descriptor.close(fd);
    }
  }

  private static byte[] link(String of) throws LinuxException {
    ByteBuffer name = CallFrame.string(of);
    ByteBuffer target = CallFrame.buffer(USUAL_PATH);
    int length = readLink(name, target, USUAL_PATH);
    if (length == USUAL_PATH) {
      target = ByteBuffer.allocateDirect(PATH_MAX);
      length = readLink(name, target, PATH_MAX);
    }
    byte[] bytes = new byte[length];
    target.get(0, bytes);
    return bytes;
  }

  private static int readLink(ByteBuffer name, ByteBuffer target, int most) throws LinuxException {
    return Libc.READLINK.check(
        Libc.READLINK.call(NativeLibrary.addressOf(name), NativeLibrary.addressOf(target), most));
  }

  /**
   * The first bytes of a file; fewer if it has fewer, none if it is not a regular one.
   *
   * @throws LinuxException ENOENT, EACCES
   */
  public static byte[] start(byte[] path, int count) throws LinuxException {
    int looking = openPath(path);
    try {
      // Through the descriptor: what is opened is what was looked at, and no device or pipe.
      if (!Descriptor.status(looking).isRegularFile()) {
        return new byte[0];
      }
      ByteBuffer name = CallFrame.string("/proc/self/fd/" + looking);
      int reading = Libc.OPEN.check(Libc.OPEN.call(NativeLibrary.addressOf(name), O_CLOEXEC, 0));
      try {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count);
        byte[] read = new byte[Descriptor.pread(reading, bytes, 0)];
        bytes.get(0, read);
        return read;
      } finally {
        Descriptor.close(reading);
      }
    } finally {
      Descriptor.close(looking);
    }
  }

  private static int openPath(byte[] path) throws LinuxException {
    ByteBuffer name = CallFrame.string(path);
    return Libc.OPEN.check(Libc.OPEN.call(NativeLibrary.addressOf(name), O_PATH | O_CLOEXEC, 0));
  }

  /**
   * The kernel's path of it; it ends with {@code " (deleted)"} for a file that has none any more.
   */
  public byte[] path() {
    return path.clone();
  }

  /** Whether the kernel's path of it is that one. */
  public boolean isAt(byte[] other) {
    return text(path).equals(text(other));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  public Descriptor.Status status() {
    return status;
  }

  /** Whether both are one file at one path. */
  public boolean isSame(FileIdentity other) {
    return status.device() == other.status.device()
        && status.inode() == other.status.inode()
        && isAt(other.path);
  }
}
