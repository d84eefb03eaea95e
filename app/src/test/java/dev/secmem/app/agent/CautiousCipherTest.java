package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.app.TestPlugins;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class CautiousCipherTest {
  private static final int[] SIZES = {0, 1, 64, 65_536, 1 << 20};

  private final CipherProvider tink = TestPlugins.named(CipherProvider.class, "tink");

  @Test
  void isTheSameCipher() throws Exception {
    CipherProvider cautious = new CautiousCipher.Provider(tink, new CollectionGate());
    assertEquals(tink.name(), cautious.name());
    assertEquals(tink.heapResidue(), cautious.heapResidue());
    assertEquals(tink.availability(), cautious.availability());
    ByteBuffer key = direct(Cipher.KEY_BYTES, 7);
    ByteBuffer associatedData = direct(20, 9);
    try (Cipher behind = cautious.create(key);
        Cipher plain = tink.create(key)) {
      for (int size : SIZES) {
        ByteBuffer plaintext = direct(size, 5);
        ByteBuffer sealed = ByteBuffer.allocateDirect(size + Cipher.OVERHEAD_BYTES);
        behind.seal(plaintext, associatedData, sealed);
        ByteBuffer opened = ByteBuffer.allocateDirect(size);
        plain.open(sealed.flip(), associatedData, opened);
        assertEquals(plaintext, opened.flip());
        behind.open(sealed, associatedData, opened.clear());
        assertEquals(plaintext, opened.flip());
        sealed.put(3, (byte) ~sealed.get(3));
        PluginException failure =
            assertThrows(
                PluginException.class, () -> behind.open(sealed, associatedData, opened.clear()));
        assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, failure.reason());
      }
    }
    Cipher closed = cautious.create(key);
    closed.close();
    assertThrows(
        IllegalStateException.class,
        () -> closed.seal(direct(1, 1), associatedData, ByteBuffer.allocateDirect(29)));
  }

  private static ByteBuffer direct(int sizeBytes, int value) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(sizeBytes);
    for (int i = 0; i < sizeBytes; i++) {
      buffer.put(i, (byte) (value * i));
    }
    return buffer;
  }
}
