package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Clients of a server that each test scripts; no test leaves a descriptor open. */
abstract class ClientTestBase {
  static final int SEALS = 0xf;

  @TempDir Path folder;

  final UdsTransportProvider provider = new UdsTransportProvider();
  String path;
  private long descriptorsBefore;

  @BeforeEach
  void count() throws Exception {
    path = folder.resolve("s").toString();
    assertThrows(SecretClientException.class, this::connect);
    descriptorsBefore = ServerTestBase.countDescriptors();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    ServerTestBase.await(
        () -> ServerTestBase.countDescriptors() <= descriptorsBefore, "descriptors are left open");
  }

  final SecretClient connect() throws SecretClientException {
    return provider.connect(new ClientOptions(path, Set.of(), 5000));
  }
}
