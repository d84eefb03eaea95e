package dev.secmem.app.keys;

import dev.secmem.api.Plugin;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;

/** What the classes under test are made of, with the plugins that lie beside them. */
final class Parts implements AutoCloseable {
  /** The sentence of 16 zero bytes; vectors without a file are for its seed, without passphrase. */
  static final String SENTENCE =
      "abandon abandon abandon abandon abandon abandon"
          + " abandon abandon abandon abandon abandon about";

  final KeyDerivation functions;
  final CipherProvider ciphers;
  final KeyArena arena;
  final KeyTree tree;
  final SymmetricKeys keys;
  final Mnemonic mnemonic;

  private Parts(KeyDerivation functions, CipherProvider ciphers, KeyArena arena) {
    this.functions = functions;
    this.ciphers = ciphers;
    this.arena = arena;
    tree = new KeyTree(functions, arena);
    keys = new SymmetricKeys(functions);
    mnemonic = new Mnemonic(functions, arena);
  }

  static Parts open() throws Exception {
    KeyDerivationProvider derivations = first(KeyDerivationProvider.class);
    CipherProvider ciphers = first(CipherProvider.class);
    return new Parts(derivations.create(), ciphers, KeyArena.open(NativeMemory.PAGE_BYTES));
  }

  /** The default plugin, or another one where that cannot work. */
  private static <P extends Plugin> P first(Class<P> type) {
    return ServiceLoader.load(type).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.availability().isAvailable())
        .min(Comparator.comparing(provider -> !provider.name().equals("openssl")))
        .orElseThrow();
  }

  /** The seed of {@link #SENTENCE} and a passphrase. */
  ByteBuffer seed(String passphrase) throws Exception {
    return seed(SENTENCE, passphrase);
  }

  ByteBuffer seed(String sentence, String passphrase) throws Exception {
    ByteBuffer seed = ByteBuffer.allocateDirect(Mnemonic.SEED_BYTES);
    mnemonic.toSeed(utf8(sentence), utf8(passphrase), seed);
    return seed.flip();
  }

  /** The private key at a path, for Ed25519, below {@link #SENTENCE}. */
  ByteBuffer node(KeyPath path) throws Exception {
    ByteBuffer node = ByteBuffer.allocateDirect(32);
    tree.derive(seed(""), path, dev.secmem.api.crypto.KeyType.ED25519, node);
    return node.flip();
  }

  /** Whether every slot of the arena is free, as it is when nothing runs. */
  boolean allSlotsAreFree() {
    List<KeyArena.Slot> slots = new ArrayList<>();
    try {
      for (int i = 0; i < NativeMemory.PAGE_BYTES / KeyArena.SLOT_BYTES; i++) {
        slots.add(arena.allocate());
      }
      return true;
    } catch (IllegalStateException e) {
      return false;
    } finally {
      slots.forEach(KeyArena.Slot::close);
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  static ByteBuffer utf8(String text) {
    return direct(text.getBytes(StandardCharsets.UTF_8));
  }

  static ByteBuffer hex(String digits) {
    return direct(HexFormat.of().parseHex(digits));
  }

  /** What is between position and limit; the position stays. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  static String text(ByteBuffer buffer) {
    return new String(bytes(buffer), StandardCharsets.UTF_8);
  }

  static String hex(ByteBuffer buffer) {
    return HexFormat.of().formatHex(bytes(buffer));
  }
}
