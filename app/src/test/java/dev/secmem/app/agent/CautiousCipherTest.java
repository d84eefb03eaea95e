package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.app.TestPlugins;
import dev.secmem.app.WrappedCipherProvider;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the contracts do not ask: Cautious*ContractTest. */
final class CautiousCipherTest {
  /** What cannot be made cautious holds a key: it does not stay open. */
  @Test
  void oneThatCannotSealIsClosed() {
    AtomicInteger closed = new AtomicInteger();
    CipherProvider provider =
        new WrappedCipherProvider(TestPlugins.named(CipherProvider.class, "bc")) {
          @Override
          public Cipher create(ByteBuffer key) throws PluginException {
            return new WrappedCipher(real.create(key)) {
              @Override
              public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
                  throws PluginException {
                throw new PluginException(PluginException.Reason.FAILED, "a test's");
              }

              @Override
              public void close() {
                closed.incrementAndGet();
                super.close();
              }
            };
          }
        };
    CipherProvider cautious = new CautiousCipher.Provider(provider, Precaution.NONE);
    assertEquals("bc", cautious.name());
    assertEquals(HeapResidue.KEY, cautious.heapResidue());
    assertTrue(cautious.availability().isAvailable());
    PluginException failure =
        assertThrows(
            PluginException.class,
            () -> cautious.create(ByteBuffer.allocateDirect(Cipher.KEY_BYTES)));
    assertEquals(PluginException.Reason.FAILED, failure.reason());
    assertEquals(1, closed.get());
  }
}
