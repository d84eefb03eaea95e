package dev.secmem.store.memfd;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeMemory;

/** Makes the memory of slabs: files in RAM with one writable view. */
final class SlabMemory {
  static final int SEALS =
      Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_FUTURE_WRITE | Memfd.SEAL_SEAL;

  private SlabMemory() {}

  /**
   * Zeroed memory of a sealed file. Its descriptor is closed already: the mapping keeps the file,
   * 100 000 secrets need no descriptors, and pidfd_getfd(2) finds nothing to copy.
   *
   * @param sizeBytes whole pages
   * @return memory that the caller closes; nothing is kept on failure
   */
  static NativeMemory open(long sizeBytes) throws LinuxException {
    int fd = Memfd.create();
    try {
      return seal(fd, sizeBytes);
    } finally {
      Descriptor.close(fd);
    }
  }

  /** The same for a new file whose descriptor stays the caller's. */
  static NativeMemory seal(int fd, long sizeBytes) throws LinuxException {
    Memfd.resize(fd, sizeBytes);
    // Takes every page now: a page that cannot be had later would be a SIGBUS in the middle of a
    // copy, and the end of the process.
    Memfd.allocate(fd, sizeBytes);
    NativeMemory memory = NativeMemory.ofFile(fd, sizeBytes);
    try {
      memory.excludeFromDumps();
      memory.excludeFromForks();
      // After the mapping, which stays writable; no later one can be.
      Memfd.addSeals(fd, SEALS);
      return memory;
    } catch (LinuxException e) {
      memory.close();
      throw e;
    }
  }
}
