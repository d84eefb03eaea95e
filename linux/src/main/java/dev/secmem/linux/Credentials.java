package dev.secmem.linux;

/** Whose rights this process has (credentials(7)). */
public final class Credentials {
  private Credentials() {}

  /** The effective uid, 0 to 4294967294. */
  public static long uid() {
    return Integer.toUnsignedLong((int) Libc.GETEUID.call());
  }

  /** The effective gid, 0 to 4294967294. */
  public static long gid() {
    return Integer.toUnsignedLong((int) Libc.GETEGID.call());
  }
}
