package dev.secmem.crypto.bc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.tck.Declarations;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class BcCipherProviderTest {
  @Test
  void isDeclaredForBothPaths() throws IOException {
    Declarations.assertDeclared(CipherProvider.class, BcCipherProvider.class);
  }

  @Test
  void saysWhatItIs() {
    CipherProvider provider = new BcCipherProvider();
    assertEquals("bc", provider.name());
    assertEquals(HeapResidue.KEY, provider.heapResidue());
  }
}
