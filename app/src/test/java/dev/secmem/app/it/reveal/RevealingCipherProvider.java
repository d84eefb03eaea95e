package dev.secmem.app.it.reveal;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;

/**
 * For tests that look for keys in an agent's memory: the cipher {@code openssl}, or the one that
 * the environment variable REVEALED_CIPHER names, which also writes each key that it is made with
 * to standard output, straight from where it lies. Never part of the distribution.
 */
public final class RevealingCipherProvider implements CipherProvider {
  private static final int STDOUT = 1;

  /** For ServiceLoader. */
  public RevealingCipherProvider() {}

  private static CipherProvider real() {
    String name = System.getenv().getOrDefault("REVEALED_CIPHER", "openssl");
    for (CipherProvider provider : ServiceLoader.load(CipherProvider.class)) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    throw new IllegalStateException("no cipher " + name);
  }

  @Override
  public String name() {
    return "revealing";
  }

  @Override
  public Availability availability() {
    return real().availability();
  }

  @Override
  public HeapResidue heapResidue() {
    return real().heapResidue();
  }

  @Override
  public Cipher create(ByteBuffer key) throws PluginException {
    try {
      Descriptor.write(STDOUT, key.duplicate());
    } catch (LinuxException e) {
      throw new PluginException(PluginException.Reason.FAILED, e.getMessage(), e);
    }
    return real().create(key);
  }
}
