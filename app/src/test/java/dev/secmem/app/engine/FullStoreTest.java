package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The store has less room than the quota says, for its headers and rounding take some. */
final class FullStoreTest {
  private static final EngineOptions SMALL =
      new EngineOptions(
          65_536, 1000, 4 << 20, 8, 100, 60_000, 60_000, EngineOptions.AuditFilter.ALL);

  @Test
  void aFullStoreIsQuotaLosesNothingAndTakesMoreOnceThereIsRoom() throws Exception {
    try (Parts parts = Parts.open(SMALL)) {
      Client client = parts.client(7);
      List<String> names = new ArrayList<>();
      Answer refused = fill(client, names);
      refused.assertFails(ErrorCode.QUOTA);
      assertTrue(names.size() > 30 && names.size() < 65, "held " + names.size());
      assertEquals(names.size(), parts.quota.total().secrets(), "what failed is not counted");
      assertEquals(names.size(), parts.store.usage().records());
      for (String name : names) {
        byte[] value = client.call("GET " + name).body();
        assertEquals(65_536, value.length);
        assertEquals(Integer.parseInt(name.substring(1)), value[0]);
      }
      client.call("DEL " + names.get(3)).assertOk();
      client.call("PUT again -", new byte[65_536]).assertOk();
      client.call("DEL again").assertOk();
      for (String name : names) {
        client.call("DEL " + name);
      }
      List<String> second = new ArrayList<>();
      fill(client, second).assertFails(ErrorCode.QUOTA);
      assertEquals(names.size(), second.size(), "as many fit as the first time");
      for (String name : second) {
        client.call("DEL " + name).assertOk();
      }
      parts.assertNothingLeft();
    }
  }

  @Test
  void aTouchOrReplacementThatFindsNoRoomLeavesWhatWas() throws Exception {
    try (Parts parts = Parts.open(SMALL)) {
      Client client = parts.client(7);
      List<String> names = new ArrayList<>();
      fill(client, names);
      int failures = 0;
      for (String name : names) {
        long version = client.call("STAT " + name).number("version");
        Answer touch = client.call("TOUCH " + name + " 30000");
        Answer put = client.call("PUT " + name + " -", new byte[65_536]);
        for (Answer answer : List.of(touch, put)) {
          if (!answer.isOk()) {
            answer.assertFails(ErrorCode.QUOTA);
            failures++;
          }
        }
        assertTrue(client.call("GET " + name).number("version") >= version);
      }
      assertTrue(failures > 0, "there was room all the time: the test shows nothing");
      assertEquals(names.size(), parts.quota.total().secrets());
      for (String name : names) {
        client.call("DEL " + name).assertOk();
      }
      parts.assertNothingLeft();
    }
  }

  /** Puts values of the largest size until one is refused. */
  private static Answer fill(Client client, List<String> names) {
    while (true) {
      byte[] value = new byte[65_536];
      value[0] = (byte) names.size();
      String name = "n" + names.size();
      Answer put = client.call("PUT " + name + " -", value);
      if (!put.isOk()) {
        return put;
      }
      names.add(name);
    }
  }
}
