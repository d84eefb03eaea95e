package dev.secmem.linux;

/** The permission bits that new files of this process do not get (umask(2)). */
public final class Umask {
  private Umask() {}

  /**
   * Sets the mask of the whole process, every thread's.
   *
   * @return the mask before
   */
  public static int set(int mask) {
    return (int) Libc.UMASK.call(mask);
  }
}
