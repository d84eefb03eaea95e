package dev.secmem.transport.uds;

import dev.secmem.api.transport.TransportProvider;
import dev.secmem.tck.TransportContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class UdsTransportContractTest extends TransportContract {
  @TempDir Path folder;

  @Override
  protected TransportProvider provider() {
    return new UdsTransportProvider();
  }

  @Override
  protected String address() {
    return folder.resolve("agent.sock").toString();
  }
}
