package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.store.SecretStore;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A reader that keeps what it was lent while something else is tried. */
final class Borrower {
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);
  private boolean looked;

  private Borrower() {}

  /** Runs {@code meanwhile} while a reader is inside, which then looks at the record again. */
  static void hold(SecretStore store, long id, Race.Task meanwhile) throws Exception {
    Borrower borrower = new Borrower();
    Race race = new Race().with(() -> store.read(id, view -> borrower.keep(id, view))).start();
    try {
      assertTrue(
          borrower.inside.await(Race.HANG_MILLIS, TimeUnit.MILLISECONDS), "no view was lent");
      meanwhile.run();
    } finally {
      borrower.leave.countDown();
    }
    race.join();
    assertTrue(borrower.looked);
  }

  private void keep(long id, ByteBuffer view) {
    inside.countDown();
    try {
      leave.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    byte[] seen = new byte[view.remaining()];
    view.get(seen);
    assertArrayEquals(Records.bytes(id, seen.length), seen, "the view changed while lent");
    looked = true;
  }
}
