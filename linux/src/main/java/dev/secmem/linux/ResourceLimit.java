package dev.secmem.linux;

import java.nio.ByteBuffer;

/** Limits of this process (getrlimit(2)). */
public enum ResourceLimit {
  CORE(4, true),
  NOFILE(7, false),
  MEMLOCK(8, true);

  /** No limit. */
  public static final long INFINITY = -1;

  private final int number;
  private final boolean bytes;

  ResourceLimit(int number, boolean bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** The limit in force, {@link #INFINITY} for none. */
  public long soft() throws LinuxException {
    return read(0);
  }

  /** How far the soft limit may be raised, {@link #INFINITY} for any. */
  public long hard() throws LinuxException {
    return read(8);
  }

  /** Sets both limits. */
  public void set(long soft, long hard) throws LinuxException {
    ByteBuffer limits = CallFrame.buffer(16);
    limits.putLong(0, soft).putLong(8, hard);
    Libc.SETRLIMIT.check(Libc.SETRLIMIT.call(number, NativeLibrary.addressOf(limits)));
  }

  /** The soft limit for people: {@code 64 KiB}, {@code unlimited}. */
  public String describeSoft() {
    try {
      long limit = soft();
      if (limit == INFINITY) {
        return "unlimited";
      }
      return bytes ? limit / 1024 + " KiB" : Long.toString(limit);
    } catch (LinuxException e) {
      return "unknown";
    }
  }

  private long read(int offset) throws LinuxException {
    ByteBuffer limits = CallFrame.buffer(16);
    Libc.GETRLIMIT.check(Libc.GETRLIMIT.call(number, NativeLibrary.addressOf(limits)));
    return limits.getLong(offset);
  }
}
