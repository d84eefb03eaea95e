package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.app.WrappedCipherProvider;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A request whose sealing ends in the worst way, want of heap, takes nothing with it. */
final class FailedSealTest {
  @Test
  void wantOfHeapIsOneRequestsFailureAndCountsNothing() throws Exception {
    Failing cipher = new Failing(Parts.cipher());
    try (Parts parts = new Parts(EngineOptions.DEFAULTS, cipher, 1)) {
      Client client = parts.client(7);
      client.call("PUT k -", "value").assertOk();
      for (int i = 0; i < 10; i++) {
        cipher.fails = true;
        client.call("PUT new -", "value").assertFails(ErrorCode.INTERNAL);
        client.call("PUT k -", "another").assertFails(ErrorCode.INTERNAL);
        client.call("TOUCH k 5").assertFails(ErrorCode.INTERNAL);
        cipher.fails = false;
        assertEquals("value", client.call("GET k").bodyText());
        assertTrue(client.call("STAT k").number("ttl_ms") > 60_000);
        assertEquals(1, parts.quota.total().secrets(), "what failed is not counted");
        assertEquals(5, parts.quota.total().bytes());
        assertEquals(1, parts.store.usage().records());
      }
      client.call("DEL k").assertOk();
      parts.assertNothingLeft(); // each seal had a key of its own: those of failed ones are gone
    }
  }

  /** The real cipher, or none. */
  private static final class Failing extends WrappedCipherProvider {
    private volatile boolean fails;

    Failing(CipherProvider real) {
      super(real);
    }

    @Override
    public Cipher create(ByteBuffer key) throws PluginException {
      return new WrappedCipher(real.create(key)) {
        @Override
        public void seal(ByteBuffer plaintext, ByteBuffer data, ByteBuffer sealed)
            throws PluginException {
          if (fails) {
            throw new OutOfMemoryError("a test's");
          }
          super.seal(plaintext, data, sealed);
        }
      };
    }
  }
}
