package dev.secmem.store.heapless;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Ends every secret of this process at once.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class Purge {
  private static final AtomicBoolean ON_SHUTDOWN = new AtomicBoolean();

  private Purge() {}

  /**
   * Wipes and closes every {@link LockedBuffer}, and forgets the key of every {@link Enclave} and
   * {@link Stream}: to open them fails from now on. New ones can be made.
   *
   * <p>Waits for nobody: who is reading sees zeroes, and the memory goes when the last one leaves.
   * It may be called from anywhere, inside a callback too.
   */
  public static void all() {
    // The key first: an enclave that is opened meanwhile either fails, or fills a buffer that is
    // known by now.
    Session.purge();
    for (Guarded guarded : Guarded.live()) {
      guarded.purge();
    }
    Spares.drop();
  }

  /** Purges when the process ends by itself, by {@code System.exit} or by a signal. */
  public static void onShutdown() {
    if (ON_SHUTDOWN.compareAndSet(false, true)) {
      Runtime.getRuntime().addShutdownHook(new Thread(Purge::all, "secmem-purge"));
    }
  }

  /**
   * Purges when a thread ends by an exception that nobody caught; then whoever was responsible
   * before goes on with it.
   */
  public static void onUncaughtException() {
    UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          all();
          if (before != null) {
            before.uncaughtException(thread, failure);
          } else {
            System.getLogger("dev.secmem.store.heapless")
                .log(System.Logger.Level.ERROR, "uncaught in " + thread.getName(), failure);
          }
        });
  }

  /**
   * Purges when a signal comes, and ends the process with the code that the signal has without
   * this: 128 and its number.
   *
   * @param names for example {@code TERM}, {@code INT}
   * @throws IllegalArgumentException if there is no such signal, or the JVM keeps it for itself
   */
  public static void onSignal(String... names) {
    onSignal(name -> {}, names);
  }

  /** The same, and tells {@code listener} the signal's name before the purge. */
  public static void onSignal(Consumer<String> listener, String... names) {
    for (String name : names) {
      Signals.handle(
          name,
          number -> {
            try {
              listener.accept(name);
            } finally {
              exit(128 + number);
            }
          });
    }
  }

  /** Purges and ends the process, as {@link System#exit} does. */
  public static void exit(int code) {
    all();
    Runtime.getRuntime().exit(code);
  }
}
