package dev.secmem.app.keys;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.linux.KeyArena;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Private keys by path from one seed (SLIP-0010; for secp256k1 that is BIP32, too).
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Every buffer
 * is direct and borrowed; input keeps its position.
 */
public final class KeyTree {
  /** How many slots of the arena one derivation takes while it runs. */
  public static final int SLOTS = 3;

  /** The shortest and the longest seed (BIP32). */
  public static final int MIN_SEED_BYTES = 16;

  public static final int MAX_SEED_BYTES = 64;

  private static final int KEY_BYTES = KeyDerivation.PRIVATE_KEY_BYTES;

  /** A node: a private key, then the chain code. */
  static final int NODE_BYTES = 2 * KEY_BYTES;

  private static final int MAX_DATA_BYTES = 1 + KEY_BYTES + 4;

  private final KeyDerivation functions;
  private final KeyArena arena;

  public KeyTree(KeyDerivation functions, KeyArena arena) {
    this.functions = functions;
    this.arena = arena;
  }

  /**
   * Derives a private key.
   *
   * @param seed {@link #MIN_SEED_BYTES} to {@link #MAX_SEED_BYTES} bytes
   * @param privateKey takes 32 bytes
   * @throws IllegalArgumentException for Ed25519 with a step that is not hardened
   * @throws IllegalStateException if the arena has fewer than {@link #SLOTS} slots left
   */
  public void derive(ByteBuffer seed, KeyPath path, KeyType type, ByteBuffer privateKey)
      throws PluginException {
    if (privateKey.remaining() < KEY_BYTES) {
      throw new BufferOverflowException();
    }
    try (KeyArena.Slot node = arena.allocate()) {
      deriveNode(seed, path, type, node.buffer(NODE_BYTES));
      privateKey.put(node.buffer(KEY_BYTES));
    }
  }

  /** Derives a node: fills {@link #NODE_BYTES} bytes, whose position stays. */
  void deriveNode(ByteBuffer seed, KeyPath path, KeyType type, ByteBuffer node)
      throws PluginException {
    if (seed.remaining() < MIN_SEED_BYTES || seed.remaining() > MAX_SEED_BYTES) {
      throw new IllegalArgumentException("a seed has 16 to 64 bytes");
    }
    if (type == KeyType.ED25519 && !path.isHardened()) {
      throw new IllegalArgumentException(
          "ed25519 has hardened steps only: write each with ' or h after it");
    }
    try (KeyArena.Slot data = arena.allocate();
        KeyArena.Slot mac = arena.allocate()) {
      Step step =
          new Step(type, node.slice(), data.buffer(KeyArena.SLOT_BYTES), mac.buffer(NODE_BYTES));
      step.master(seed);
      for (int i = 0; i < path.length(); i++) {
        step.child(path.step(i));
      }
    }
  }

  /** The word that a type's master node is keyed with. */
  private static String curve(KeyType type) {
    return switch (type) {
      case ED25519 -> "ed25519 seed";
      case SECP256K1 -> "Bitcoin seed";
      case NIST256P1 -> "Nist256p1 seed";
    };
  }

  /** A derivation on its way, with views of three slots. */
  private final class Step {
    private final KeyType type;
    private final ByteBuffer node;
    private final ByteBuffer key;
    private final ByteBuffer chainCode;
    private final ByteBuffer data;
    private final ByteBuffer mac;

    Step(KeyType type, ByteBuffer node, ByteBuffer data, ByteBuffer mac) {
      this.type = type;
      this.node = node;
      this.key = node.slice(0, KEY_BYTES);
      this.chainCode = node.slice(KEY_BYTES, KEY_BYTES);
      this.data = data.order(ByteOrder.BIG_ENDIAN);
      this.mac = mac;
    }

    void master(ByteBuffer seed) throws PluginException {
      data.clear().put(curve(type).getBytes(StandardCharsets.US_ASCII)).flip();
      functions.hmacSha512(data, seed, mac.clear());
      node.put(0, mac, 0, NODE_BYTES);
      while (!functions.isPrivateKey(type, key)) {
        functions.hmacSha512(data, node, mac.clear());
        node.put(0, mac, 0, NODE_BYTES);
      }
    }

    void child(int index) throws PluginException {
      data.clear().limit(MAX_DATA_BYTES);
      if (index < 0) {
        data.put((byte) 0).put(key.duplicate());
      } else {
        functions.publicKey(type, key, data);
      }
      data.putInt(index).flip();
      functions.hmacSha512(chainCode, data, mac.clear());
      if (type == KeyType.ED25519) {
        node.put(0, mac, 0, NODE_BYTES);
        return;
      }
      ByteBuffer tweak = mac.slice(0, KEY_BYTES);
      ByteBuffer next = mac.slice(KEY_BYTES, KEY_BYTES);
      while (!functions.addPrivateKeys(type, tweak, key, data.clear())) {
        data.put((byte) 1).put(next.duplicate()).putInt(index).flip();
        functions.hmacSha512(chainCode, data, mac.clear());
      }
      key.put(0, data, 0, KEY_BYTES);
      chainCode.put(0, next, 0, KEY_BYTES);
    }
  }
}
