package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Secrets whose time is over are wiped though nobody asks for them. */
final class ReaperTest {
  @Test
  void aShorterTimeThatComesLaterIsNotHeldUpByALongerOne() throws Exception {
    try (Parts parts = Parts.open()) {
      Client client = parts.client(7);
      client.call("PUT long 3600000", "stays").assertOk();
      client.call("PUT short 40", "goes").assertOk();
      client.call("PUT shorter 20 allow=uid:8", "goes").assertOk();
      awaitExpiries(parts, 2);
      assertEquals(1, parts.store.usage().records(), "wiped, not only hidden");
      assertEquals(1, parts.quota.total().secrets(), "counted no more");
      assertEquals(5, parts.quota.total().bytes());
      assertEquals("stays", client.call("GET long").bodyText());
      client.call("TOUCH long 20").assertOk();
      awaitExpiries(parts, 3);
      parts.assertNothingLeft();
      String told = parts.own().call("AUDIT").bodyText();
      assertTrue(
          told.contains("\"event\":\"expire\",\"result\":\"ok\",\"name\":\"shorter\""), told);
    }
  }

  private static void awaitExpiries(Parts parts, long count) throws InterruptedException {
    long start = System.nanoTime();
    while (parts.expiries.get() < count) {
      assertTrue(System.nanoTime() - start < 20_000_000_000L, "nobody wiped it");
      Thread.sleep(1);
    }
  }
}
