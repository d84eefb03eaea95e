package dev.secmem.transport.uds.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SocketAddressTest {
  private static SocketAddress resolve(String given, Map<String, String> environment, long uid) {
    return SocketAddress.resolve(given, environment::get, uid);
  }

  @Test
  void theFirstThatIsSetWins() {
    Map<String, String> both = Map.of("SECMEM_SOCK", "/a/s", "XDG_RUNTIME_DIR", "/run/user/7");
    assertEquals(new SocketAddress("/given", false), resolve("/given", both, 7));
    assertEquals(new SocketAddress("/a/s", false), resolve(null, both, 7));
    assertEquals(
        new SocketAddress("/run/user/7/secmem/agent.sock", true),
        resolve(null, Map.of("SECMEM_SOCK", "", "XDG_RUNTIME_DIR", "/run/user/7"), 0));
    assertEquals(
        new SocketAddress("/run/secmem/agent.sock", true),
        resolve(null, Map.of("XDG_RUNTIME_DIR", "not/absolute"), 0));
  }

  @Test
  void withoutAnyTheMessageSaysWhatToSet() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> resolve(null, Map.of(), 7)).getMessage();
    assertTrue(message.contains("SECMEM_SOCK") && message.contains("XDG_RUNTIME_DIR"), message);
  }

  @Test
  void pathsThatNoSocketCanHave() {
    for (String path : new String[] {"", "/run/", "/a\0b", "/" + "x".repeat(107)}) {
      assertThrows(IllegalArgumentException.class, () -> resolve(path, Map.of(), 0));
    }
    assertEquals(107, resolve("/" + "x".repeat(106), Map.of(), 0).path().length());
    String tooLong = "/" + "\u00fc".repeat(54);
    String message =
        assertThrows(IllegalArgumentException.class, () -> resolve(tooLong, Map.of(), 0))
            .getMessage();
    assertTrue(message.contains("109 bytes"), message);
  }
}
