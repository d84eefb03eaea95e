package dev.secmem.crypto.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.tck.Declarations;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class OpensslKeyDerivationProviderTest {
  @Test
  void isDeclaredForBothPaths() throws IOException {
    Declarations.assertDeclared(KeyDerivationProvider.class, OpensslKeyDerivationProvider.class);
  }

  @Test
  void saysWhatItIs() {
    KeyDerivationProvider provider = new OpensslKeyDerivationProvider();
    assertEquals("openssl", provider.name());
    assertEquals(HeapResidue.NONE, provider.heapResidue());
    assertFalse(provider.hasArgon2id());
  }

  @Test
  void aRefusedSignatureLeavesNothingInTheErrorQueue() throws PluginException {
    KeyDerivation keys = new OpensslKeyDerivationProvider().create();
    for (KeyType type : KeyType.values()) {
      ByteBuffer publicKey = ByteBuffer.allocateDirect(type.publicKeyBytes());
      ByteBuffer message = ByteBuffer.allocateDirect(5);
      ByteBuffer signature = ByteBuffer.allocateDirect(64);
      assertFalse(keys.verify(type, publicKey.put(0, (byte) 9), message, signature));
      keys.publicKey(type, ByteBuffer.allocateDirect(32).put(31, (byte) 1), publicKey.clear());
      assertFalse(keys.verify(type, publicKey.flip(), message, signature));
      assertEquals("no reason given", Libcrypto.get().drainErrors());
    }
  }

  @Test
  void saysThatItHasNoArgon2id() throws PluginException {
    KeyDerivation keys = new OpensslKeyDerivationProvider().create();
    ByteBuffer bytes = ByteBuffer.allocateDirect(16);
    PluginException refused =
        assertThrows(
            PluginException.class,
            () -> keys.argon2id(bytes, bytes, Argon2Parameters.RFC9106_SECOND, bytes));
    assertEquals(PluginException.Reason.UNAVAILABLE, refused.reason());
  }
}
