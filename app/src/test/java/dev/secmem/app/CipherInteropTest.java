package dev.secmem.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.Plugins;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What one cipher seals every other opens, as the distribution's plugins are found. */
final class CipherInteropTest {
  private static final int[] SIZES = {0, 1, 16, 64, 4095, 4096, 4097, 65_536, 1 << 20};

  private final List<CipherProvider> providers = providers();

  private static List<CipherProvider> providers() {
    try {
      return Plugins.load("cipher", ServiceLoader.load(CipherProvider.class)).all();
    } catch (PluginException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theThreeCiphersAreFound() {
    Set<String> names = providers.stream().map(CipherProvider::name).collect(Collectors.toSet());
    assertEquals(Set.of("openssl", "tink", "bc"), names);
  }

  @Test
  void whatOneSealsEveryOtherOpens() throws PluginException {
    for (CipherProvider provider : providers) {
      assumeTrue(provider.availability().isAvailable(), provider.availability().reason());
    }
    ByteBuffer key = filled(Cipher.KEY_BYTES, 7);
    ByteBuffer associatedData = filled(50, 3);
    for (CipherProvider sealing : providers) {
      for (CipherProvider opening : providers) {
        try (Cipher from = sealing.create(key);
            Cipher to = opening.create(key)) {
          for (int size : SIZES) {
            ByteBuffer plaintext = filled(size, 1);
            ByteBuffer sealed = ByteBuffer.allocateDirect(size + Cipher.OVERHEAD_BYTES);
            from.seal(plaintext, associatedData, sealed);
            ByteBuffer opened = ByteBuffer.allocateDirect(size);
            to.open(sealed.flip(), associatedData, opened);
            assertEquals(
                plaintext, opened.flip(), sealing.name() + " to " + opening.name() + " " + size);
          }
        }
      }
    }
  }

  private static ByteBuffer filled(int size, int step) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size);
    for (int i = 0; i < size; i++) {
      bytes.put((byte) (i * step));
    }
    return bytes.flip();
  }
}
