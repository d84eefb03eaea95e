package dev.secmem.crypto.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.tck.Declarations;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class OpensslCipherProviderTest {
  @Test
  void isDeclaredForBothPaths() throws IOException {
    Declarations.assertDeclared(CipherProvider.class, OpensslCipherProvider.class);
  }

  @Test
  void saysWhatItIs() {
    CipherProvider provider = new OpensslCipherProvider();
    assertEquals("openssl", provider.name());
    assertEquals(HeapResidue.NONE, provider.heapResidue());
  }

  @Test
  void aFailureTellsLibcryptosReasonAndLeavesItsQueueEmpty() throws PluginException {
    Libcrypto libcrypto = Libcrypto.get();
    long context = libcrypto.contextNew.call();
    try {
      // A context without a cipher cannot be initialized: libcrypto queues its reason.
      assertEquals(0, (int) libcrypto.encryptInit.call(context, 0, 0, 0, 0));
      PluginException failure = libcrypto.failure(libcrypto.encryptInit);
      assertTrue(
          failure.getMessage().startsWith("cipher(openssl): EVP_EncryptInit_ex2: error:"),
          failure.getMessage());
      assertEquals("no reason given", libcrypto.drainErrors());
    } finally {
      libcrypto.contextFree.call(context);
    }
  }

  @Test
  void aRefusedMessageLeavesNothingInTheErrorQueue() throws PluginException {
    try (Cipher cipher = new OpensslCipherProvider().create(ByteBuffer.allocateDirect(32))) {
      ByteBuffer sealed = ByteBuffer.allocateDirect(60);
      ByteBuffer none = ByteBuffer.allocateDirect(0);
      ByteBuffer plaintext = ByteBuffer.allocateDirect(60);
      assertThrows(PluginException.class, () -> cipher.open(sealed, none, plaintext));
      assertEquals("no reason given", Libcrypto.get().drainErrors());
    }
  }
}
