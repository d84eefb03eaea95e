package dev.secmem.transport.uds;

import dev.secmem.api.transport.TransportProvider;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.UnixSocket;
import dev.secmem.tck.TransportContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class UdsTransportContractTest extends TransportContract {
  @TempDir Path folder;
  private int manager = -1;

  @Override
  protected TransportProvider provider() {
    return new UdsTransportProvider();
  }

  @Override
  protected String address() {
    return folder.resolve("agent.sock").toString();
  }

  @Override
  protected int inheritedDescriptor() throws Exception {
    if (manager < 0) {
      manager = UnixSocket.listen(address(), 0600, 8);
    }
    return Descriptor.duplicate(manager);
  }

  @AfterEach
  final void closeManager() {
    if (manager >= 0) {
      Descriptor.close(manager);
    }
  }
}
