package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** The numbers of users and groups by their names (getpwnam(3), getgrnam(3)). */
public final class UserDatabase {
  private static final NativeFunction GETPWNAM_R = Libc.libc("getpwnam_r", 5);
  private static final NativeFunction GETGRNAM_R = Libc.libc("getgrnam_r", 5);
  private static final int RECORD_BYTES = 64;

  /** Where the number stands in struct passwd and in struct group: after two pointers. */
  private static final int NUMBER = 16;

  /** A group may have many members: their names must fit. */
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private UserDatabase() {}

  /** The uid of a user; empty if there is none of that name. */
  public static OptionalLong uid(String name) throws LinuxException {
    return number(GETPWNAM_R, name);
  }

  /** The gid of a group; empty if there is none of that name. */
  public static OptionalLong gid(String name) throws LinuxException {
    return number(GETGRNAM_R, name);
  }

  private static OptionalLong number(NativeFunction function, String name) throws LinuxException {
    ByteBuffer wanted = CallFrame.string(name);
    ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES).order(ByteOrder.nativeOrder());
    ByteBuffer found = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    for (int size = 1 << 12; ; size *= 4) {
      ByteBuffer text = ByteBuffer.allocateDirect(size);
      int error =
          (int)
              function.call(
                  NativeLibrary.addressOf(wanted),
                  NativeLibrary.addressOf(record),
                  NativeLibrary.addressOf(text),
                  size,
                  NativeLibrary.addressOf(found));
      if (error == Errno.ERANGE && size < MAX_TEXT_BYTES) {
        continue;
      }
      boolean absent = error == Errno.ENOENT || error == Errno.ESRCH; // some databases say so
      if (error != 0 && !absent) {
        throw new LinuxException(function.name(), error);
      }
      return absent || found.getLong(0) == 0
          ? OptionalLong.empty()
          : OptionalLong.of(Integer.toUnsignedLong(record.getInt(NUMBER)));
    }
  }
}
