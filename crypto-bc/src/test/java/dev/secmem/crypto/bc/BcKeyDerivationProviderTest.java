package dev.secmem.crypto.bc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.tck.Declarations;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class BcKeyDerivationProviderTest {
  @Test
  void isDeclaredForBothPaths() throws IOException {
    Declarations.assertDeclared(KeyDerivationProvider.class, BcKeyDerivationProvider.class);
  }

  @Test
  void saysWhatItIs() {
    KeyDerivationProvider provider = new BcKeyDerivationProvider();
    assertEquals("bc", provider.name());
    assertEquals(HeapResidue.KEY, provider.heapResidue());
    assertTrue(provider.hasArgon2id());
  }

  /** RFC 6979, A.2.5: SHA-256 of "sample"; its s is the higher one there. */
  @Test
  void noncesAreThoseOfTheRfc() throws PluginException {
    KeyDerivation keys = new BcKeyDerivationProvider().create();
    ByteBuffer key = direct("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    ByteBuffer publicKey = ByteBuffer.allocateDirect(33);
    keys.publicKey(KeyType.NIST256P1, key, publicKey);
    ByteBuffer message =
        direct(HexFormat.of().formatHex("sample".getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer signature = ByteBuffer.allocateDirect(KeyDerivation.MAX_SIGNATURE_BYTES);
    keys.sign(KeyType.NIST256P1, key, publicKey.flip(), message, signature);
    EcdsaSignature expected =
        new EcdsaSignature(
                number("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"),
                number("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"))
            .withLowS(KeyType.NIST256P1);
    assertEquals(expected, EcdsaSignature.parse(signature.flip()));
  }

  @Test
  void memoryThatTheHeapCannotHaveIsNoSpace() {
    KeyDerivation keys = new BcKeyDerivationProvider().create();
    ByteBuffer bytes = ByteBuffer.allocateDirect(16);
    long kib = Math.min(Runtime.getRuntime().maxMemory() / 1024 + 1, 1 << 24);
    Argon2Parameters wholeHeap = new Argon2Parameters(1, (int) kib, 1);
    PluginException refused =
        assertThrows(PluginException.class, () -> keys.argon2id(bytes, bytes, wholeHeap, bytes));
    assertEquals(PluginException.Reason.NO_SPACE, refused.reason());
  }

  private static BigInteger number(String hex) {
    return new BigInteger(hex, 16);
  }

  private static ByteBuffer direct(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
