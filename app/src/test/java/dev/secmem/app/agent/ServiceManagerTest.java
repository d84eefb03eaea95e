package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the environment says of the watchdog; what is sent is shown by NotifyIT. */
final class ServiceManagerTest {
  private static long watchdog(String socket, String micros, String pid) {
    Map<String, String> environment = new HashMap<>();
    environment.put("NOTIFY_SOCKET", socket);
    environment.put("WATCHDOG_USEC", micros);
    environment.put("WATCHDOG_PID", pid);
    return ServiceManager.of(environment::get, 4242).watchdogMillis();
  }

  @Test
  void theWatchdogIsOursIfNobodyElseIsNamed() {
    assertEquals(30_000, watchdog("/run/n", "30000000", "4242"));
    assertEquals(30_000, watchdog("@n", "30000000", null));
    assertEquals(1, watchdog("/run/n", "10", null), "never 0, which means none");
  }

  @Test
  void otherwiseThereIsNone() {
    assertEquals(0, watchdog("/run/n", "30000000", "1"));
    assertEquals(0, watchdog("/run/n", "30000000", "x"));
    assertEquals(0, watchdog("/run/n", null, "4242"));
    assertEquals(0, watchdog("/run/n", "0", "4242"));
    assertEquals(0, watchdog("/run/n", "-5", "4242"));
    assertEquals(0, watchdog(null, "30000000", "4242"));
    assertEquals(0, watchdog("", "30000000", "4242"));
    assertEquals(0, watchdog("vsock:2:1", "30000000", "4242"));
  }
}
