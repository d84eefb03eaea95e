package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.linux.KeyArena;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes by path: the published vectors, and what is refused. */
final class KeyTreeTest {
  private Parts parts;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
  }

  @AfterEach
  void close() {
    assertTrue(parts.allSlotsAreFree(), "a slot was not given back");
    parts.close();
  }

  @Test
  void everyNodeOfSlip0010() throws Exception {
    int compared = 0;
    for (PublishedVectors.Node node : PublishedVectors.nodes()) {
      KeyType type = KeyType.ofWire(node.curve());
      if (type == null) {
        assertEquals("curve25519", node.curve(), "a curve that nobody meant to leave out");
        continue;
      }
      String where = node.curve() + " " + node.path();
      assertEquals(node.key() + node.chainCode(), node(node.seed(), node.path(), type), where);
      ByteBuffer publicKey = ByteBuffer.allocateDirect(type.publicKeyBytes());
      parts.functions.publicKey(type, Parts.hex(node.key()), publicKey);
      // SLIP-0010 writes a zero byte in front of Ed25519's, so that all have 33.
      String prefix = type == KeyType.ED25519 ? "00" : "";
      assertEquals(node.publicKey(), prefix + Parts.hex(publicKey.flip()), where);
      compared++;
    }
    assertEquals(40, compared);
  }

  @Test
  void everyNodeOfBip32() throws Exception {
    for (Bip32Vectors.Vector vector : Bip32Vectors.ALL) {
      assertEquals(
          Bip32Vectors.keyAndChainCode(vector.extendedKey()),
          node(vector.seed(), vector.path(), KeyType.SECP256K1),
          vector.path());
    }
    assertEquals(17, Bip32Vectors.ALL.size());
  }

  @Test
  void theNamedKeysOfOneMnemonic() throws Exception {
    // Computed with Python's hashlib and hmac, and for Ethereum with the curve in its integers.
    assertKey(
        KeyPath.IDENTITY,
        KeyType.ED25519,
        "603aa5c626317fda4afd87b902e5c9de76c33f40834005245e1c5a675e92d700");
    assertKey(
        KeyPath.SSH_HOST,
        KeyType.ED25519,
        "be2dfaff0d268c833fd9c653b9bd352cef3ec2b211db804211c9f912b63dc3ab");
    assertKey(
        KeyPath.device(5),
        KeyType.ED25519,
        "78fc3b74a7271193767f4e4024c45823bd3969e4ece9c2457c27e52eae863bf1");
    assertKey(
        KeyPath.encryption(1),
        KeyType.ED25519,
        "3ddaf7a4485d755c959c883347420fdc9fa2a64fb1edae8a5f312e82c210f0f0");
    assertKey(
        KeyPath.ROOT,
        KeyType.ED25519,
        "48d9e2aeba36ce652155e9358df79c4e88a52c0132a27ee91dae8bce319aebdf");
    assertKey(
        KeyPath.ETHEREUM,
        KeyType.SECP256K1,
        "1ab42cc412b618bdea3a599e3c9bae199ebf030895b039e9db1e30dafb12b727");
  }

  @Test
  void ed25519HasHardenedStepsOnly() throws Exception {
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    for (String path : new String[] {"m/0", "m/0'/1", "m/0/1'", "m/44'/60'/0'/0/0"}) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  parts.tree.derive(
                      ByteBuffer.allocateDirect(64), KeyPath.parse(path), KeyType.ED25519, key));
      assertTrue(refusal.getMessage().contains("hardened"), refusal.getMessage());
    }
    assertEquals("00".repeat(32), Parts.hex(key.rewind()));
  }

  @Test
  void typesAndHardenedStepsGiveOtherKeys() throws Exception {
    List<String> seen = new ArrayList<>();
    String seed = "5a".repeat(64);
    for (KeyType type : KeyType.values()) {
      seen.add(node(seed, "m/1'", type));
      if (type != KeyType.ED25519) {
        seen.add(node(seed, "m/1", type));
      }
    }
    assertEquals(5, seen.stream().distinct().count());
    assertNotEquals(node("5b".repeat(64), "m/1'", KeyType.ED25519), seen.get(0));
  }

  @Test
  void aSeedHas16To64Bytes() throws Exception {
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    for (int length : new int[] {0, 1, 15, 65, 128}) {
      ByteBuffer seed = ByteBuffer.allocateDirect(length);
      assertThrows(
          IllegalArgumentException.class,
          () -> parts.tree.derive(seed, KeyPath.IDENTITY, KeyType.ED25519, key));
    }
    for (int length : new int[] {16, 32, 64}) {
      ByteBuffer seed = ByteBuffer.allocateDirect(length);
      parts.tree.derive(seed, KeyPath.IDENTITY, KeyType.ED25519, key.clear());
      assertEquals(0, seed.position());
      assertEquals(32, key.position());
    }
  }

  @Test
  void theKeyIsWrittenAtThePositionAndNeedsItsRoom() throws Exception {
    ByteBuffer framed = ByteBuffer.allocateDirect(40).position(5);
    parts.tree.derive(parts.seed(""), KeyPath.ROOT, KeyType.ED25519, framed);
    assertEquals(37, framed.position());
    assertEquals(Parts.hex(parts.node(KeyPath.ROOT)), Parts.hex(framed.slice(5, 32)));
    assertEquals("0000000000", Parts.hex(framed.slice(0, 5)));
    ByteBuffer narrow = ByteBuffer.allocateDirect(31);
    assertThrows(
        BufferOverflowException.class,
        () -> parts.tree.derive(parts.seed(""), KeyPath.ROOT, KeyType.ED25519, narrow));
  }

  @Test
  void aFullArenaIsToldAndWhatWasTakenIsGivenBack() throws Exception {
    List<KeyArena.Slot> taken = new ArrayList<>();
    ByteBuffer seed = ByteBuffer.allocateDirect(64);
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    for (int left = KeyTree.SLOTS - 1; left >= 0; left--) {
      fill(taken, left);
      assertThrows(
          IllegalStateException.class,
          () -> parts.tree.derive(seed, KeyPath.ROOT, KeyType.SECP256K1, key));
    }
    taken.forEach(KeyArena.Slot::close);
    taken.clear();
    fill(taken, KeyTree.SLOTS);
    parts.tree.derive(seed, KeyPath.ROOT, KeyType.SECP256K1, key);
    assertEquals(32, key.position(), "the control: as many as are promised do");
    taken.forEach(KeyArena.Slot::close);
  }

  /** Takes all slots but some. */
  private void fill(List<KeyArena.Slot> taken, int left) {
    try {
      while (true) {
        taken.add(parts.arena.allocate());
      }
    } catch (IllegalStateException full) {
      for (int i = 0; i < left; i++) {
        taken.remove(taken.size() - 1).close();
      }
      assertNotNull(full.getMessage());
    }
  }

  private void assertKey(KeyPath path, KeyType type, String expected) throws Exception {
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    parts.tree.derive(parts.seed(""), path, type, key);
    assertEquals(expected, Parts.hex(key.flip()), path.toString());
  }

  /** Private key and chain code, in hexadecimal digits. */
  private String node(String seed, String path, KeyType type) throws PluginException {
    ByteBuffer node = ByteBuffer.allocateDirect(KeyTree.NODE_BYTES);
    parts.tree.deriveNode(Parts.hex(seed), KeyPath.parse(path), type, node);
    return Parts.hex(node);
  }
}
