package dev.secmem.tck;

import static dev.secmem.tck.AesGcmReference.bytes;
import static dev.secmem.tck.AesGcmReference.direct;
import static dev.secmem.tck.KeyDerivationAnswers.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/** What the contract of {@link KeyDerivation} is written with. */
abstract class KeyDerivationFixture {
  static final byte FILLER = 0x5a;
  static final List<KeyType> CURVES = List.of(KeyType.SECP256K1, KeyType.NIST256P1);
  static final byte[] KEY = sequence(7, 32);
  static final byte[] NOTHING = new byte[0];

  KeyDerivation keys;
  KeyCalls calls;

  /** The provider under test. */
  protected abstract KeyDerivationProvider provider();

  @BeforeEach
  final void createKeyDerivation() throws PluginException {
    Availability availability = provider().availability();
    Capability.require(availability.isAvailable(), availability.reason());
    keys = provider().create();
    calls = new KeyCalls(keys);
  }

  static void assertAnswer(String expected, byte[] actual) {
    assertEquals(expected, HexFormat.of().formatHex(actual));
  }

  static void assertIllegal(String what, Executable misuse) {
    assertThrows(IllegalArgumentException.class, misuse, what);
  }

  static void assertReason(PluginException.Reason reason, Executable call) {
    assertEquals(reason, assertThrows(PluginException.class, call).reason());
  }

  static void assertFillerOutside(ByteBuffer buffer, int from, int length) {
    ByteBuffer all = buffer.duplicate().clear();
    for (int i = 0; i < all.capacity(); i++) {
      if (i < from || i >= from + length) {
        assertEquals(FILLER, all.get(i));
      }
    }
  }

  /** The bytes inside a larger buffer, from position 4 to the limit. */
  static ByteBuffer framed(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length + 9)
        .put(4, bytes)
        .position(4)
        .limit(4 + bytes.length);
  }

  static ByteBuffer filled(int size) {
    byte[] filler = new byte[size];
    Arrays.fill(filler, FILLER);
    return direct(filler);
  }

  static byte[] flipped(byte[] bytes, int index) {
    byte[] copy = bytes.clone();
    copy[index] ^= 1;
    return copy;
  }

  static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static byte[] ones() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    return ones;
  }
}
