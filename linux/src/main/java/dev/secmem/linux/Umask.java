package dev.secmem.linux;

/**
 * The permission bits that new files do not get (umask(2)). There is one for the whole process:
 * what other threads create meanwhile is made under it, too.
 */
public final class Umask {
  private Umask() {}

  /** Runs {@code work} under {@code mask}; one such work at a time. */
  public static synchronized <R, E extends Exception> R during(int mask, Work<R, E> work) throws E {
    int before = (int) Libc.UMASK.call(mask);
    try {
      return work.run();
    } finally {
      Libc.UMASK.call(before);
    }
  }

  /** What runs under a mask. */
  @FunctionalInterface
  public interface Work<R, E extends Exception> {
    R run() throws E;
  }
}
