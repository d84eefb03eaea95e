package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.app.WrappedCipherProvider;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class KeyRingTest {
  private static final int SLOTS = 64;

  private final Watched watched = new Watched();
  private KeyArena arena;

  @BeforeEach
  void open() throws Exception {
    arena = KeyArena.open((long) SLOTS * KeyArena.SLOT_BYTES);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void aKeyIsReplacedAfterAsManySealsAsItMay() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 3, SLOTS - 4);
    DataKey first = ring.acquire();
    assertSame(first, ring.acquire());
    assertSame(first, ring.acquire());
    DataKey second = ring.acquire();
    assertNotSame(first, second);
    assertSame(second, ring.acquire(), "each may seal as often");
    assertSame(second, ring.acquire());
    assertNotSame(second, ring.acquire());
    assertEquals(first.epoch() + 1, second.epoch());
    assertNotEquals(watched.keys.get(0), watched.keys.get(1), "keys are random");
    ring.close();
  }

  @Test
  void anOldKeyLivesAsLongAsARecordUnderIt() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 2, SLOTS - 4);
    DataKey first = ring.acquire();
    ring.acquire();
    DataKey second = ring.acquire();
    first.release();
    assertEquals(0, watched.closed, "one record is left");
    first.seal(direct(1), direct(1), direct(64));
    first.release();
    assertEquals(1, watched.closed);
    assertEquals(0, watched.lent.get(0).getLong(0), "the key was wiped where it lay");
    PluginException wiped =
        assertThrows(PluginException.class, () -> first.seal(direct(1), direct(1), direct(64)));
    assertEquals(PluginException.Reason.CLOSED, wiped.reason());
    assertFalse(first.acquire(), "nothing is sealed under it any more");
    second.release();
    assertEquals(1, watched.closed, "the current key stays, used or not");
    ring.close();
  }

  @Test
  void slotsOfOldKeysAreUsedAgain() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 1, SLOTS - 4);
    for (int i = 0; i < 10 * SLOTS; i++) {
      ring.acquire().release();
    }
    ring.close();
    assertEquals(watched.keys.size(), watched.closed);
    assertTrue(watched.keys.size() >= 10 * SLOTS - 1);
  }

  @Test
  void aFullArenaIsNoSpaceAndTheNextRoomIsUsed() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 1, SLOTS - 4);
    List<DataKey> held = new ArrayList<>();
    for (int i = 0; i < SLOTS - 4; i++) {
      held.add(ring.acquire());
    }
    PluginException full = assertThrows(PluginException.class, ring::acquire);
    assertEquals(PluginException.Reason.NO_SPACE, full.reason());
    held.get(3).release();
    held.add(ring.acquire());
    assertEquals(SLOTS - 3, watched.keys.size());
    ring.close();
  }

  @Test
  void closeWipesEveryKeyAlsoOfRecordsThatAreLeft() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 1, SLOTS - 4);
    DataKey old = ring.acquire();
    DataKey current = ring.acquire();
    assertNotSame(old, current);
    ring.close();
    assertEquals(2, watched.closed, "a cipher may hold a schedule on the heap: it must be closed");
    for (ByteBuffer key : watched.lent) {
      assertEquals(0, key.getLong(0));
    }
    ring.close();
    old.release();
    PluginException closed = assertThrows(PluginException.class, ring::acquire);
    assertEquals(PluginException.Reason.CLOSED, closed.reason());
  }

  @Test
  void whatIsLockedIsWipedAndTheSameRootKeyBringsItBack() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 2, SLOTS - 4);
    DataKey first = ring.acquire();
    ring.acquire();
    DataKey second = ring.acquire();
    byte[] root = new byte[32];
    ring.withRootKey(slot -> slot.buffer(32).get(root));
    ByteBuffer message = direct(64);
    first.seal(direct(1), direct(1), message);
    second.release();
    ring.lock();
    assertEquals(2, watched.closed);
    for (ByteBuffer key : watched.lent) {
      assertEquals(0, key.getLong(0), "wiped where it lay");
    }
    assertEquals(PluginException.Reason.CLOSED, reason(ring::acquire));
    assertEquals(PluginException.Reason.CLOSED, reason(() -> ring.withRootKey(slot -> {})));
    assertEquals(
        PluginException.Reason.CLOSED,
        reason(() -> first.open(message.flip(), direct(1), direct(1))));
    ring.lock();
    root[5] ^= 1;
    assertFalse(unlock(ring, root), "another root key");
    assertEquals(PluginException.Reason.CLOSED, reason(ring::acquire), "nothing has changed");
    root[5] ^= 1;
    assertTrue(unlock(ring, root));
    first.open(message.position(0), direct(1), direct(1));
    assertNotSame(first, ring.acquire(), "an older key only opens");
    assertThrows(IllegalStateException.class, () -> unlock(ring, root));
    first.release();
    first.release();
    assertEquals(
        PluginException.Reason.CLOSED, reason(() -> first.seal(direct(1), direct(1), direct(64))));
    ring.close();
  }

  @Test
  void aRingThatHoldsNothingTakesAnyRootKey() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 9, SLOTS - 4);
    ring.acquire().release();
    ring.lock();
    for (int i = 0; i < 3 * SLOTS; i++) {
      assertTrue(unlock(ring, new byte[] {(byte) i, 1, 2}));
      ring.acquire().release();
      ring.lock();
    }
    assertTrue(unlock(ring, new byte[32]));
    ring.acquire();
    ring.lock();
    assertFalse(unlock(ring, new byte[] {1}));
    ring.close();
  }

  @Test
  void aRingThatIsFullUnlocksAndReadsAndSealsAgainOnceThereIsRoom() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 9, 3);
    List<DataKey> held = new ArrayList<>();
    ByteBuffer message = direct(64);
    for (int i = 0; i < 3; i++) {
      held.add(ring.acquire());
      held.get(i).seal(direct(1), direct(1), message.clear());
      byte[] root = new byte[32];
      ring.withRootKey(slot -> slot.buffer(32).get(root));
      ring.lock();
      assertTrue(unlock(ring, root));
    }
    held.get(2).open(message.flip(), direct(1), direct(1));
    assertEquals(PluginException.Reason.NO_SPACE, reason(ring::acquire));
    held.get(1).release();
    held.add(ring.acquire());
    ring.close();
  }

  @Test
  void anUnlockThatFailsHalfwayWipesWhatItBroughtBack() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 1, SLOTS - 4);
    DataKey first = ring.acquire();
    ring.acquire();
    byte[] root = new byte[32];
    ring.withRootKey(slot -> slot.buffer(32).get(root));
    ring.lock();
    watched.createsUntilFailure = 1;
    assertEquals(PluginException.Reason.FAILED, reason(() -> unlock(ring, root)));
    assertEquals(3, watched.keys.size(), "one was brought back");
    assertEquals(3, watched.closed);
    assertEquals(0, watched.lent.get(2).getLong(0), "wiped where it lay");
    assertEquals(
        PluginException.Reason.CLOSED, reason(() -> first.seal(direct(1), direct(1), direct(64))));
    watched.createsUntilFailure = -1;
    assertTrue(unlock(ring, root));
    ring.close();
  }

  @Test
  void eachWrappedKeyHasARandomSaltOfItsOwn() throws Exception {
    KeyWrapper wrapper =
        new KeyWrapper(arena, new SymmetricKeys(Parts.keyDerivation().create()), Parts.cipher());
    List<ByteBuffer> salts = new ArrayList<>();
    for (int epoch = 1; epoch <= 3; epoch++) {
      WrappedKey wrapped = wrapper.wrap(direct(32), epoch, direct(32));
      assertEquals(32, wrapped.salt().remaining());
      assertNotEquals(direct(32), wrapped.salt());
      assertFalse(salts.contains(wrapped.salt()));
      salts.add(wrapped.salt());
    }
  }

  private boolean unlock(KeyRing ring, byte[] rootKey) throws PluginException {
    KeyArena.Slot slot = arena.allocate();
    slot.buffer(32).put(rootKey);
    boolean taken = false;
    try {
      taken = ring.unlock(slot);
      return taken;
    } finally {
      if (!taken) {
        slot.close();
      }
    }
  }

  private static PluginException.Reason reason(Executable refused) {
    return assertThrows(PluginException.class, refused).reason();
  }

  @Test
  void aProviderThatFailsTakesNoSlotWithIt() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 1, SLOTS - 4);
    ring.acquire();
    watched.fails = true;
    for (int i = 0; i < 2 * SLOTS; i++) {
      assertThrows(PluginException.class, ring::acquire);
    }
    watched.fails = false;
    ring.acquire();
    ring.close();
  }

  @Test
  void manyThreadsRotateWithoutLosingAKey() throws Exception {
    KeyRing ring = Parts.keyRing(arena, watched, 5, SLOTS - 4);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 3000; i++) {
                    DataKey key = ring.acquire();
                    key.seal(direct(1), direct(1), direct(64));
                    key.release();
                  }
                } catch (PluginException | RuntimeException e) {
                  failures.add(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
    ring.close();
    assertEquals(watched.keys.size(), watched.closed);
  }

  private static ByteBuffer direct(int sizeBytes) {
    return ByteBuffer.allocateDirect(sizeBytes);
  }

  /** The real cipher, with a look at its keys and its ciphers' ends. */
  private static final class Watched extends WrappedCipherProvider {
    private final List<ByteBuffer> lent = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private int closed;
    private boolean fails;
    private int createsUntilFailure = -1;

    Watched() {
      super(Parts.cipher());
    }

    @Override
    public synchronized Cipher create(ByteBuffer key) throws PluginException {
      if (fails || createsUntilFailure-- == 0) {
        throw new PluginException(PluginException.Reason.FAILED, "on purpose");
      }
      byte[] copy = new byte[Cipher.KEY_BYTES];
      key.duplicate().get(copy);
      keys.add(java.util.Arrays.toString(copy));
      lent.add(key);
      return new WrappedCipher(real.create(key)) {
        private boolean ended;

        @Override
        public void close() {
          super.close();
          synchronized (Watched.this) {
            closed += ended ? 0 : 1;
            ended = true;
          }
        }
      };
    }
  }
}
