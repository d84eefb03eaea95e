package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose user may not start more threads. */
class NoThreadTest {
  @TempDir Path folder;

  @Test
  void clientIsToldBusyAndTheServerGoesOn() throws Exception {
    String path = folder.resolve("s").toString();
    Files.setAttribute(folder, "unix:mode", 01777);
    UdsTransportProvider provider = new UdsTransportProvider();
    List<RawClient> clients = new ArrayList<>();
    TransportServer server =
        OtherUser.call(
            () -> {
              TransportServer made = provider.listen(ServerOptions.at(path));
              made.start(new MapHandler());
              return made;
            });
    long before = TestLibc.setThreadLimit(1);
    try {
      // The one thread that there is must not serve: nobody would accept any more.
      for (int i = 0; i < 20; i++) {
        RawClient client = new RawClient(path);
        clients.add(client);
        String answer = client.line();
        assertTrue(answer.startsWith("ERR busy the agent cannot start more threads"), answer);
        client.assertEnds();
      }
      TestLibc.setThreadLimit(before);
      try (RawClient client = new RawClient(path)) {
        client.assertAlive();
      }
    } finally {
      TestLibc.setThreadLimit(before);
      clients.forEach(RawClient::close);
      server.close();
    }
  }
}
