package dev.secmem.linux;

/** Whom this process acts as (geteuid(2)). */
public final class OwnIdentity {
  private OwnIdentity() {}

  /** The effective uid. */
  public static long uid() {
    return Integer.toUnsignedLong((int) Libc.GETEUID.call());
  }

  /** The effective gid. */
  public static long gid() {
    return Integer.toUnsignedLong((int) Libc.GETEGID.call());
  }
}
