package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Eight clients at once on one name. */
class RacesIT {
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 60;

  private static AgentProcess agent;
  private static ExecutorService pool;
  private static final List<RawClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    agent = AgentProcess.with().start();
    pool = Executors.newFixedThreadPool(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(agent.connect());
    }
  }

  @AfterAll
  static void stop() {
    pool.shutdown();
    clients.forEach(RawClient::close);
    agent.close();
  }

  /** Does the same with all clients at the same moment and answers what came of it. */
  private static <T> List<T> together(Function<RawClient, T> action) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(CLIENTS);
    List<Future<T>> futures = new ArrayList<>();
    for (RawClient client : clients) {
      futures.add(
          pool.submit(
              () -> {
                barrier.await();
                return action.apply(client);
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  private static Map<String, Long> codes(List<Reply> replies) {
    replies.forEach(Reply::close);
    return replies.stream().collect(Collectors.groupingBy(Reply::code, Collectors.counting()));
  }

  @Test
  void onceIsDeliveredExactlyOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      clients.get(0).put("once 60000 once", "value");
      assertEquals(
          Map.of("ok", 1L, "not-found", 7L), codes(together(client -> client.ask("GET once"))));
      assertEquals("not-found", clients.get(0).code("STAT once"));
    }
  }

  @Test
  void readsAreDeliveredExactlyAsOftenAsAllowed() throws Exception {
    for (int reads : new int[] {2, 5, 7, 8, 20}) {
      for (int round = 0; round < 10; round++) {
        clients.get(0).put("counted 60000 reads=" + reads, "value");
        long ok = 0;
        for (int i = 0; i < 3; i++) {
          ok += codes(together(client -> client.ask("GET counted"))).getOrDefault("ok", 0L);
        }
        assertEquals(Math.min(reads, 3L * CLIENTS), ok);
        if (reads > 3 * CLIENTS) {
          assertEquals("ok", clients.get(0).code("DEL counted"));
        }
      }
    }
  }

  @Test
  void statTellsReadsAndWhatIsLeftAndAUsedUpSecretIsAbsent() {
    RawClient client = clients.get(0);
    client.put("told 60000 reads=2", "value");
    assertEquals("0 2", reads(client));
    client.ask("GET told").close();
    assertEquals("1 1", reads(client));
    client.ask("GET told").close();
    assertEquals("not-found", client.code("STAT told"));
    assertEquals("not-found", client.code("TOUCH told 10"));
    assertEquals("not-found", client.code("DEL told"));
    client.put("told 60000 if=absent", "value");
    client.ask("GET told").close();
    assertEquals("1 -", client.ask("STAT told").field("reads") + " -");
    assertEquals("-", client.ask("STAT told").field("reads_left"));
    assertEquals("ok", client.code("DEL told"));
  }

  private static String reads(RawClient client) {
    Reply stat = client.ask("STAT told");
    return stat.field("reads") + " " + stat.field("reads_left");
  }

  @Test
  void ofManyPutsThatWantTheNameAbsentOneWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      assertEquals(
          Map.of("ok", 1L, "exists", 7L),
          codes(together(client -> client.tryPut("first 60000 if=absent", "value"))));
      assertEquals("ok", clients.get(0).code("DEL first"));
    }
  }

  @Test
  void ofManyPutsThatWantOneVersionOneWins() throws Exception {
    long[] version = {clients.get(0).put("cas 60000", "value").number("version")};
    for (int round = 0; round < ROUNDS; round++) {
      List<Reply> replies =
          together(client -> client.tryPut("cas 60000 if=version:" + version[0], "value"));
      assertEquals(Map.of("ok", 1L, "conflict", 7L), codes(replies));
      long next = replies.stream().filter(Reply::isOk).findFirst().orElseThrow().number("version");
      assertTrue(next > version[0], next + " after " + version[0]);
      version[0] = next;
    }
  }

  @Test
  void ofManyDeletesOneWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      clients.get(0).put("gone 60000", "value");
      assertEquals(
          Map.of("ok", 1L, "not-found", 7L), codes(together(client -> client.ask("DEL gone"))));
    }
  }

  @Test
  void versionsNeverComeAgainAcrossNamesAndDeletes() throws Exception {
    List<Long> versions = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      for (Reply reply : together(client -> client.put("v 60000", "value"))) {
        versions.add(reply.number("version"));
      }
      assertEquals("ok", clients.get(0).code("DEL v"));
    }
    assertEquals(versions.size(), versions.stream().distinct().count());
    long newest = clients.get(0).put("w 60000", "value").number("version");
    assertTrue(newest > Collections.max(versions));
  }

  @Test
  void aSecretThatIsReplacedAllTheTimeIsReadWholeAndNeverMissing() throws Exception {
    clients.get(0).put("busy 60000", "a".repeat(3000));
    List<String> failures =
        together(
            client -> {
              boolean writes = clients.indexOf(client) < 2;
              for (int i = 0; i < 300; i++) {
                if (writes) {
                  client.put("busy 60000", String.valueOf((char) ('a' + i % 26)).repeat(2000 + i));
                } else {
                  Reply reply = client.ask("GET busy");
                  if (!reply.isOk()) {
                    return reply.line();
                  }
                  String value = reply.text();
                  if (value.length() != reply.number("size")
                      || value.chars().distinct().count() != 1) {
                    return "torn: " + value;
                  }
                }
              }
              return "";
            });
    assertEquals(List.of("", "", "", "", "", "", "", ""), failures);
  }
}
