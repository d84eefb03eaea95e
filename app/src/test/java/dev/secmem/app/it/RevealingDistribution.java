package dev.secmem.app.it;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.app.it.reveal.RevealingCipherProvider;
import dev.secmem.app.it.reveal.RevealingKeyDerivationProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A copy of the distribution with a cipher and a key derivation {@code revealing}, which tell the
 * test their keys.
 */
final class RevealingDistribution implements AutoCloseable {
  private final Path folder = Distribution.temporaryFolder("secmem-it-reveal-");

  RevealingDistribution() throws IOException {
    Distribution.copy(Distribution.home(), home());
    Path jar = Files.createDirectory(home().resolve("lib/providers/reveal")).resolve("reveal.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      add(zip, RevealingCipherProvider.class, CipherProvider.class);
      add(zip, RevealingKeyDerivationProvider.class, KeyDerivationProvider.class);
    }
  }

  private static void add(ZipOutputStream zip, Class<?> provider, Class<?> service)
      throws IOException {
    String file = provider.getName().replace('.', '/') + ".class";
    try (InputStream code = provider.getResourceAsStream("/" + file)) {
      zip.putNextEntry(new ZipEntry(file));
      code.transferTo(zip);
    }
    zip.putNextEntry(new ZipEntry("META-INF/services/" + service.getName()));
    zip.write(provider.getName().getBytes(StandardCharsets.UTF_8));
  }

  Path home() {
    return folder.resolve("secmem");
  }

  /** Every key that the agent has made a cipher with or derived others from so far. */
  static List<byte[]> keys(AgentProcess agent) throws IOException {
    byte[] all = Files.readAllBytes(agent.folder().resolve("stdout"));
    if (all.length % 32 != 0) {
      throw new AssertionError(all.length + " bytes are no keys: something else was written");
    }
    List<byte[]> keys = new ArrayList<>();
    for (int from = 0; from < all.length; from += 32) {
      keys.add(java.util.Arrays.copyOfRange(all, from, from + 32));
    }
    return keys;
  }

  @Override
  public void close() {
    Distribution.delete(folder);
  }
}
