package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The cache of derived keys: what it keeps, and that what leaves it is wiped. */
final class KeyVaultTest {
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final int SLOTS = 128;

  private KeyArena arena;
  private KeyVault vault;

  @BeforeEach
  void open() throws Exception {
    arena = KeyArena.open((long) SLOTS * KeyArena.SLOT_BYTES);
    vault = vault(HOUR_NANOS);
  }

  private KeyVault vault(long lifeNanos) throws Exception {
    KeyVault made = new KeyVault(arena, Parts.keyDerivation().create(), lifeNanos);
    KeyArena.Slot seed = arena.allocate();
    seed.buffer(64).put(0, (byte) 7).put(63, (byte) 9);
    made.open(seed);
    return made;
  }

  @AfterEach
  void close() {
    vault.close();
    assertEquals(SLOTS, free(), "every slot was given back");
    arena.close();
  }

  private int free() {
    List<KeyArena.Slot> all = new ArrayList<>();
    try {
      while (true) {
        all.add(arena.allocate());
      }
    } catch (IllegalStateException full) {
      int free = all.size();
      all.forEach(KeyArena.Slot::close);
      return free;
    }
  }

  private DerivedKey key(KeyVault from, int number, KeyType type) throws Exception {
    return from.withKey(KeyPath.device(number), type, key -> key);
  }

  @Test
  void aKeyIsDerivedOnceByPathAndType() throws Exception {
    DerivedKey first = key(vault, 1, KeyType.ED25519);
    assertSame(first, key(vault, 1, KeyType.ED25519));
    assertNotSame(first, key(vault, 2, KeyType.ED25519));
    DerivedKey curve = key(vault, 1, KeyType.SECP256K1);
    assertNotEquals(first.privateKey(), curve.privateKey());
    assertEquals(33, curve.publicKey().remaining());
    assertEquals(32, first.publicKey().remaining());
    assertTrue(first.publicKey().isReadOnly());
    DerivedKey node = vault.withNode(KeyPath.encryption(1), key -> key);
    assertNotNull(node);
    assertSame(node, vault.withNode(KeyPath.encryption(1), key -> key));
  }

  @Test
  void ofMoreThan64TheLeastRecentlyUsedLeavesAndIsWiped() throws Exception {
    List<DerivedKey> keys = new ArrayList<>();
    for (int i = 0; i < KeyVault.MAX_KEYS; i++) {
      keys.add(key(vault, i, KeyType.ED25519));
    }
    assertSame(keys.get(0), key(vault, 0, KeyType.ED25519), "used of late");
    ByteBuffer second = keys.get(1).privateKey();
    assertNotEquals(0, second.getLong(0));
    key(vault, 1000, KeyType.ED25519);
    assertEquals(0, keys.get(1).begin(), "it is no longer to be used");
    assertSame(keys.get(0), key(vault, 0, KeyType.ED25519));
    assertSame(keys.get(2), key(vault, 2, KeyType.ED25519));
    assertNotSame(keys.get(1), key(vault, 1, KeyType.ED25519));
    assertTrue(free() >= SLOTS - KeyVault.MAX_KEYS - 1, "no slot is lost");
  }

  @Test
  void aKeyWhoseTimeIsOverIsWipedAndDerivedAnew() throws Exception {
    KeyVault brief = vault(500_000_000L);
    DerivedKey first = key(brief, 1, KeyType.ED25519);
    ByteBuffer bytes = first.privateKey();
    brief.sweep();
    assertSame(first, key(brief, 1, KeyType.ED25519), "not before its time");
    Thread.sleep(550);
    assertNotSame(first, key(brief, 1, KeyType.ED25519));
    assertEquals(0, first.begin());
    Thread.sleep(550);
    DerivedKey second = key(brief, 2, KeyType.ED25519);
    brief.sweep();
    assertNotEquals(0, second.privateKey().getLong(0));
    Thread.sleep(550);
    brief.sweep();
    assertEquals(0, second.begin(), "also where nobody asks for it");
    assertEquals(0, second.privateKey().getLong(0), "wiped where it lay");
    assertTrue(bytes.isDirect());
    brief.close();
  }

  @Test
  void closingWipesSeedAndKeysAndWaitsForUses() throws Exception {
    DerivedKey key = key(vault, 1, KeyType.NIST256P1);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    List<Throwable> failures = new ArrayList<>();
    Thread user =
        new Thread(
            () -> {
              try {
                vault.withKey(
                    KeyPath.device(1),
                    KeyType.NIST256P1,
                    lent -> {
                      inside.countDown();
                      try {
                        leave.await();
                      } catch (InterruptedException e) {
                        failures.add(e);
                      }
                      assertNotEquals(0, lent.privateKey().getLong(0), "wiped while in use");
                      return null;
                    });
              } catch (Throwable e) {
                failures.add(e);
              }
            });
    user.start();
    inside.await();
    Thread closer = new Thread(vault::close);
    closer.start();
    closer.join(100);
    assertTrue(closer.isAlive(), "it waits");
    leave.countDown();
    user.join();
    closer.join();
    assertEquals(List.of(), failures);
    assertEquals(0, key.begin());
    assertEquals(0, key.privateKey().getLong(0));
    PluginException closed =
        assertThrows(PluginException.class, () -> key(vault, 1, KeyType.NIST256P1));
    assertEquals(PluginException.Reason.CLOSED, closed.reason());
    vault.close();
  }

  @Test
  void anotherSeedHasOtherKeysAndNothingOfTheFirstIsLeft() throws Exception {
    DerivedKey first = key(vault, 1, KeyType.ED25519);
    int free = free();
    KeyArena.Slot other = arena.allocate();
    other.buffer(64).put(0, (byte) 8);
    vault.open(other);
    assertEquals(0, first.begin());
    assertEquals(0, first.privateKey().getLong(0), "wiped where it lay");
    DerivedKey second = key(vault, 1, KeyType.ED25519);
    assertNotEquals(first.publicKey(), second.publicKey());
    assertEquals(free, free(), "the first seed's slot was given back");
    vault.close();
    KeyArena.Slot again = arena.allocate();
    again.buffer(64).put(0, (byte) 8);
    vault.open(again);
    assertEquals(second.publicKey(), key(vault, 1, KeyType.ED25519).publicKey());
  }

  @Test
  void aFailureTakesNoSlotWithIt() throws Exception {
    int before = free();
    assertThrows(
        IllegalArgumentException.class,
        () -> vault.withKey(KeyPath.ETHEREUM, KeyType.ED25519, key -> key));
    assertEquals(before, free());
    assertNull(vault.withKey(KeyPath.ETHEREUM, KeyType.SECP256K1, key -> null));
    assertThrows(
        IllegalStateException.class,
        () ->
            vault.withKey(
                KeyPath.ETHEREUM,
                KeyType.SECP256K1,
                key -> {
                  throw new IllegalStateException("the caller's");
                }));
    vault.close(); // does not wait for the use that failed
  }
}
