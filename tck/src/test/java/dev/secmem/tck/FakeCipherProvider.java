package dev.secmem.tck;

import dev.secmem.api.Availability;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;

/**
 * Makes {@link FakeCipher}s.
 *
 * @param broken the id of the rule to break, or empty
 */
record FakeCipherProvider(String broken) implements CipherProvider {
  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Availability availability() {
    return Availability.available();
  }

  @Override
  public HeapResidue heapResidue() {
    return HeapResidue.KEY_AND_PLAINTEXT;
  }

  @Override
  public Cipher create(ByteBuffer key) {
    SealedFormat.checkKey(key);
    return new FakeCipher(key, broken);
  }
}
