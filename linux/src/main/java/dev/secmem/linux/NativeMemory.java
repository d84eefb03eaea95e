package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whole pages of native memory with one owner: who creates it closes it. Close wipes, then unmaps;
 * it is idempotent and never throws.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads, but whoever
 * closes it makes sure that nobody uses a buffer over it any more: such a use would end the
 * process.
 */
public final class NativeMemory implements AutoCloseable {
  /** The size of a page; every size and protection here is in whole pages. */
  public static final int PAGE_BYTES = (int) Libc.libc("getpagesize", 0).call();

  static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_FIXED = 0x10;
  static final int MAP_ANONYMOUS = 0x20;

  private final long address;
  private final long sizeBytes;
  private final long mappedFrom;
  private final long mappedBytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeMemory(long address, long sizeBytes, long mappedFrom, long mappedBytes) {
    this.address = address;
    this.sizeBytes = sizeBytes;
    this.mappedFrom = mappedFrom;
    this.mappedBytes = mappedBytes;
  }

  /** What a page may be used for (mprotect(2)). */
  public enum Access {
    NONE(PROT_NONE),
    READ(PROT_READ),
    READ_WRITE(PROT_READ | PROT_WRITE);

    private final int bits;

    Access(int bits) {
      this.bits = bits;
    }
  }

  /**
   * Zeroed private pages, neither locked nor hidden.
   *
   * @param sizeBytes rounded up to whole pages
   */
  public static NativeMemory anonymous(long sizeBytes) throws LinuxException {
    long size = roundUp(sizeBytes);
    long at = map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    return new NativeMemory(at, size, at, size);
  }

  /** Zeroed private pages with an inaccessible page below and above. */
  public static NativeMemory guarded(long sizeBytes) throws LinuxException {
    long size = roundUp(sizeBytes);
    long all = size + 2L * PAGE_BYTES;
    long from = map(0, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    NativeMemory memory = new NativeMemory(from + PAGE_BYTES, size, from, all);
    try {
      memory.protect(Access.READ_WRITE);
      return memory;
    } catch (LinuxException e) {
      memory.unmap();
      throw e;
    }
  }

  /**
   * Pages of memfd_secret(2), which no other process and no debugger can read, with an inaccessible
   * page below and above. They are locked by their nature and count against RLIMIT_MEMLOCK.
   *
   * @throws LinuxException ENOSYS where the kernel has none or it is off (secretmem.enable)
   */
  public static NativeMemory secret(long sizeBytes) throws LinuxException {
    long size = roundUp(sizeBytes);
    int fd = Libc.SYSCALL.check(Libc.SYSCALL.call(SYS_MEMFD_SECRET, O_CLOEXEC, 0, 0, 0, 0));
    try {
      Libc.FTRUNCATE.check(Libc.FTRUNCATE.call(fd, size));
      long all = size + 2L * PAGE_BYTES;
      long from = map(0, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
      NativeMemory memory = new NativeMemory(from + PAGE_BYTES, size, from, all);
      try {
        map(memory.address, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd);
        memory.advise(MADV_DONTFORK);
        return memory;
      } catch (LinuxException e) {
        memory.unmap();
        throw e;
      }
    } finally {
      // Closed at once: with the descriptor open, pidfd_getfd(2) could copy it.
      Descriptor.close(fd);
    }
  }

  /** The first {@code sizeBytes} of a file in RAM, shared and writable. */
  public static NativeMemory ofFile(int descriptor, long sizeBytes) throws LinuxException {
    return ofFile(descriptor, sizeBytes, Access.READ_WRITE);
  }

  /** The first {@code sizeBytes} of a file in RAM, shared. */
  public static NativeMemory ofFile(int descriptor, long sizeBytes, Access access)
      throws LinuxException {
    long size = roundUp(sizeBytes);
    long at = map(0, size, access.bits, MAP_SHARED, descriptor);
    return new NativeMemory(at, size, at, size);
  }

  /** Where the memory begins. */
  public long address() {
    return address;
  }

  /** Its size: whole pages. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** A new buffer over all of it, in native byte order; not to be used after close. */
  public ByteBuffer buffer() {
    return buffer(0, Math.toIntExact(sizeBytes));
  }

  /** A new buffer over a part of it, in native byte order; not to be used after close. */
  public ByteBuffer buffer(long offset, int lengthBytes) {
    if (offset < 0 || lengthBytes < 0 || offset > sizeBytes - lengthBytes) {
      throw new IndexOutOfBoundsException("offset " + offset + " length " + lengthBytes);
    }
    return NativeLibrary.bufferAt(address + offset, lengthBytes).order(ByteOrder.nativeOrder());
  }

  /** Locks it into RAM (mlock(2)); counts against RLIMIT_MEMLOCK. */
  public void lock() throws LinuxException {
    Libc.MLOCK.check(Libc.MLOCK.call(address, sizeBytes));
  }

  /**
   * Locks each page into RAM as it is first touched (mlock2(2) with MLOCK_ONFAULT); all of it
   * counts against RLIMIT_MEMLOCK at once. A page that was never touched holds nothing that could
   * be swapped.
   */
  public void lockOnFault() throws LinuxException {
    Libc.MLOCK2.check(Libc.MLOCK2.call(address, sizeBytes, MLOCK_ONFAULT));
  }

  /** Leaves it out of core dumps (MADV_DONTDUMP). */
  public void excludeFromDumps() throws LinuxException {
    advise(MADV_DONTDUMP);
  }

  /** Leaves it out of child processes (MADV_DONTFORK). */
  public void excludeFromForks() throws LinuxException {
    advise(MADV_DONTFORK);
  }

  /** Gives child processes zeroes instead of its content (MADV_WIPEONFORK); private pages only. */
  public void wipeOnFork() throws LinuxException {
    advise(MADV_WIPEONFORK);
  }

  /** Allows or forbids access to all of it. */
  public void protect(Access access) throws LinuxException {
    Libc.MPROTECT.check(Libc.MPROTECT.call(address, sizeBytes, access.bits));
  }

  /** Overwrites all of it with zeroes, in a way that no compiler leaves out. */
  public void wipe() {
    wipe(address, sizeBytes);
  }

  /** Overwrites a part of it with zeroes, likewise. */
  public void wipePart(long offset, long lengthBytes) {
    if (offset < 0 || lengthBytes < 0 || offset > sizeBytes - lengthBytes) {
      throw new IndexOutOfBoundsException("offset " + offset + " length " + lengthBytes);
    }
    wipe(address + offset, lengthBytes);
  }

  /** Overwrites a direct buffer from position to limit with zeroes. */
  public static void wipe(ByteBuffer direct) {
    wipe(NativeLibrary.addressOf(direct), direct.remaining());
  }

  static void wipe(long address, long sizeBytes) {
    Libc.EXPLICIT_BZERO.call(address, sizeBytes);
  }

  /** Wipes and unmaps it. The pages must be writable then, or never have been written. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // Pages that were made inaccessible cannot be wiped where they are; opening them cannot fail
    // for
    // memory that is ours, and if it did, unmapping private pages gives them back zeroed later.
    if (Libc.MPROTECT.call(address, sizeBytes, PROT_READ | PROT_WRITE) == 0) {
      wipe();
    }
    Libc.MUNMAP.call(mappedFrom, mappedBytes);
  }

  /** Closes a view of a file without wiping what others still use. Idempotent as close is. */
  public void unmap() {
    if (closed.compareAndSet(false, true)) {
      Libc.MUNMAP.call(mappedFrom, mappedBytes);
    }
  }

  private void advise(int advice) throws LinuxException {
    Libc.MADVISE.check(Libc.MADVISE.call(address, sizeBytes, advice));
  }

  private static long map(long at, long sizeBytes, int access, int flags, int fd)
      throws LinuxException {
    return Libc.MMAP.checkLong(Libc.MMAP.call(at, sizeBytes, access, flags, fd, 0));
  }

  private static long roundUp(long sizeBytes) {
    if (sizeBytes <= 0 || sizeBytes > Long.MAX_VALUE / 2) {
      throw new IllegalArgumentException("sizeBytes must be positive");
    }
    return (sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  static final int MADV_DONTFORK = 10;
  static final int MADV_DONTDUMP = 16;
  static final int MADV_WIPEONFORK = 18;
  private static final int MLOCK_ONFAULT = 1;
  private static final int SYS_MEMFD_SECRET = 447;
  private static final int O_CLOEXEC = 0x80000;
}
