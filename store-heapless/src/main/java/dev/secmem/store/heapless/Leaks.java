package dev.secmem.store.heapless;

import java.lang.ref.Cleaner;
import java.util.function.Consumer;

/** Finds buffers that nobody closed. */
final class Leaks {
  private static final Cleaner CLEANER = Cleaner.create();

  private static volatile Consumer<UnclosedBuffer> listener;

  private Leaks() {}

  static void listen(Consumer<UnclosedBuffer> to) {
    listener = to;
  }

  /** The stack of whoever makes a buffer, null unless somebody wants to know. */
  static Throwable creation() {
    return listener == null ? null : new Throwable("made here and never closed");
  }

  /** Has {@code guarded} wiped once {@code buffer} cannot be reached any more. */
  static Cleaner.Cleanable watch(LockedBuffer buffer, Guarded guarded) {
    return CLEANER.register(buffer, () -> found(guarded));
  }

  private static void found(Guarded guarded) {
    if (!guarded.isAlive()) {
      return;
    }
    guarded.close();
    Counters.UNCLOSED.incrementAndGet();
    Consumer<UnclosedBuffer> to = listener;
    if (to != null && guarded.creation != null) {
      to.accept(new UnclosedBuffer(guarded.size, guarded.creation));
    }
  }
}
