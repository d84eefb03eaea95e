package org.example.consumer;

import dev.secmem.api.PluginException;
import dev.secmem.api.Plugins;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Opens the message that the build before sealed, and seals it anew for the build after. Ends with
 * a failure unless the provider is the one that was asked for.
 */
public final class Main {
  private static final String MESSAGE = "sealed by one provider, opened by the next";
  private static final ByteBuffer KEY = direct(new byte[Cipher.KEY_BYTES]);
  private static final ByteBuffer ASSOCIATED_DATA = direct(new byte[] {1, 2, 3});

  private Main() {}

  /**
   * Runs it.
   *
   * @param args the provider that should be here; who sealed the message, or {@code none}; its file
   */
  public static void main(String[] args) throws PluginException, IOException {
    CipherProvider provider = provider(args[0]);
    Path file = Path.of(args[2]);
    try (Cipher cipher = provider.create(KEY)) {
      require(
          Files.exists(file) != args[1].equals("none"),
          "a message lies there before the first build, or none after it");
      if (Files.exists(file)) {
        String opened = open(cipher, Files.readAllBytes(file));
        require(opened.equals(MESSAGE), "the message is another");
        System.out.println("consumer: " + args[0] + " opened what " + args[1] + " sealed");
      }
      Files.write(file, seal(cipher, MESSAGE));
      System.out.println("consumer: " + args[0] + " of " + Plugins.origin(provider) + " sealed");
    }
  }

  private static CipherProvider provider(String expected) throws PluginException {
    Plugins<CipherProvider> plugins =
        Plugins.load("cipher", ServiceLoader.load(CipherProvider.class));
    require(plugins.all().size() == 1, "providers found: " + plugins.all().size());
    CipherProvider provider = plugins.firstAvailable(List.of());
    require(provider.name().equals(expected), "the provider is " + provider.name());
    // Both on the module path, or both on the class path: neither falls back to the other.
    require(
        provider.getClass().getModule().isNamed() == Main.class.getModule().isNamed(),
        "the provider came by another path");
    return provider;
  }

  private static byte[] seal(Cipher cipher, String message) throws PluginException {
    ByteBuffer plaintext = direct(message.getBytes(StandardCharsets.UTF_8));
    ByteBuffer sealed = ByteBuffer.allocateDirect(plaintext.remaining() + Cipher.OVERHEAD_BYTES);
    cipher.seal(plaintext, ASSOCIATED_DATA, sealed);
    return bytes(sealed.flip());
  }

  private static String open(Cipher cipher, byte[] sealed) throws PluginException {
    ByteBuffer plaintext = ByteBuffer.allocateDirect(sealed.length - Cipher.OVERHEAD_BYTES);
    cipher.open(direct(sealed), ASSOCIATED_DATA, plaintext);
    return new String(bytes(plaintext.flip()), StandardCharsets.UTF_8);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
