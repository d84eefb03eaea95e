package dev.secmem.crypto.tink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.tck.Declarations;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TinkCipherProviderTest {
  @Test
  void isDeclaredForBothPaths() throws IOException {
    Declarations.assertDeclared(CipherProvider.class, TinkCipherProvider.class);
  }

  @Test
  void saysWhatItIs() {
    CipherProvider provider = new TinkCipherProvider();
    assertEquals("tink", provider.name());
    assertEquals(HeapResidue.KEY_AND_PLAINTEXT, provider.heapResidue());
  }
}
