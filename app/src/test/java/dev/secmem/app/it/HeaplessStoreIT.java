package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The distribution with the other store: the same answers. */
class HeaplessStoreIT {

  @Test
  void secretsComeAndGoInTheHeaplessStore() throws Exception {
    try (AgentProcess agent = AgentProcess.with("--store", "heapless").start();
        RawClient client = agent.connect()) {
      for (int i = 0; i < 300; i++) {
        client.put("name" + i + " 60000", "value " + i);
      }
      for (int i = 0; i < 300; i++) {
        assertEquals("value " + i, value(client, "name" + i));
      }
      for (int i = 0; i < 300; i += 2) {
        assertEquals("ok", client.code("DEL name" + i));
      }
      client.put("name1 60000", "replaced");
      assertEquals("replaced", value(client, "name1"));
      assertEquals("not-found", client.code("GET name2"));
      client.put("short 30", "gone soon");
      Thread.sleep(200);
      assertEquals("expired", client.code("GET short"));
      String status = new String(client.ask("STATUS").body(), StandardCharsets.UTF_8);
      assertTrue(status.contains("\"store\":\"heapless\""), status);
    }
  }

  private static String value(RawClient client, String name) {
    return new String(client.ask("GET " + name).body(), StandardCharsets.UTF_8);
  }
}
