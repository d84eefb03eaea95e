package dev.secmem.app.it.reveal;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.linux.Descriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;

/**
 * For tests that look for keys in an agent's memory: the key derivation {@code openssl}, which also
 * writes each key of 32 bytes that others are derived from to standard output, straight from where
 * it lies: the root key above all. Never part of the distribution.
 */
public final class RevealingKeyDerivationProvider implements KeyDerivationProvider {
  private static final int STDOUT = 1;
  private static final int KEY_BYTES = 32;

  /** For ServiceLoader. */
  public RevealingKeyDerivationProvider() {}

  private static KeyDerivationProvider real() {
    for (KeyDerivationProvider provider : ServiceLoader.load(KeyDerivationProvider.class)) {
      if (provider.name().equals("openssl")) {
        return provider;
      }
    }
    throw new IllegalStateException("no key derivation openssl");
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
  public boolean hasArgon2id() {
    return real().hasArgon2id();
  }

  @Override
  public KeyDerivation create() throws PluginException {
    KeyDerivation functions = real().create();
    return (KeyDerivation)
        Proxy.newProxyInstance(
            KeyDerivation.class.getClassLoader(),
            new Class<?>[] {KeyDerivation.class},
            (proxy, method, arguments) -> call(functions, method, arguments));
  }

  private static Object call(KeyDerivation functions, Method method, Object[] arguments)
      throws Throwable {
    if (method.getName().equals("hkdfSha512")) {
      ByteBuffer keyMaterial = ((ByteBuffer) arguments[0]).duplicate();
      if (keyMaterial.remaining() == KEY_BYTES) {
        Descriptor.write(STDOUT, keyMaterial);
      }
    }
    try {
      return method.invoke(functions, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
