package dev.secmem.app.it;

import dev.secmem.app.it.reveal.RevealingCipherProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A copy of the distribution whose cipher {@code revealing} tells the test its keys. */
final class RevealingDistribution implements AutoCloseable {
  private final Path folder = Distribution.temporaryFolder("secmem-it-reveal-");

  RevealingDistribution() throws IOException {
    Distribution.copy(Distribution.home(), home());
    Path jar = Files.createDirectory(home().resolve("lib/providers/reveal")).resolve("reveal.jar");
    String name = RevealingCipherProvider.class.getName();
    String file = name.replace('.', '/') + ".class";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
        InputStream code = RevealingCipherProvider.class.getResourceAsStream("/" + file)) {
      zip.putNextEntry(new ZipEntry(file));
      code.transferTo(zip);
      zip.putNextEntry(new ZipEntry("META-INF/services/dev.secmem.api.crypto.CipherProvider"));
      zip.write(name.getBytes(StandardCharsets.UTF_8));
    }
  }

  Path home() {
    return folder.resolve("secmem");
  }

  /** Every key that the agent has made a cipher with so far. */
  static List<byte[]> keys(AgentProcess agent) throws IOException {
    byte[] all = Files.readAllBytes(agent.folder().resolve("stdout"));
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
