package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.linux.Clock;
import dev.secmem.linux.OwnIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class AuditLogTest {
  private static final String ZEROES = "0".repeat(64);
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|[^,}]+)");

  @Test
  void aFailureOfTheWriterIsCountedAndNotItsEnd() throws Exception {
    int[] calls = new int[1];
    AuditLog log =
        new AuditLog(
            EngineOptions.AuditFilter.ALL,
            (bytes, length) -> {
              if (calls[0]++ == 0) {
                throw new OutOfMemoryError("for the test");
              }
            });
    try {
      log.start();
      log.agent(AuditEvent.START);
      // The line, and a moment later the one that says that it was dropped.
      while (log.head().seq() < 2) {
        Thread.onSpinWait();
      }
      assertEquals(2, log.head().seq());
      log.agent(AuditEvent.STOP);
      assertEquals(3, log.head().seq());
      assertEquals(1, log.droppedEvents());
    } finally {
      log.close();
    }
  }

  @Test
  void aLineIsExactlyAsTheProtocolSays() throws Exception {
    AuditLine line = new AuditLine();
    assertEquals(ZEROES, line.head());
    AuditQueue.Slot slot = new AuditQueue.Slot();
    slot.wallMillis = Instant.parse("2026-11-22T03:00:00.003Z").toEpochMilli();
    slot.boottimeNanos = 123_456_999_999L;
    slot.event = "get";
    slot.result = "ok";
    slot.name = "db_password";
    slot.owner = 1000;
    slot.version = 7;
    slot.uid = 4294967294L;
    slot.gid = 0;
    slot.pid = 4242;
    line.write(17, slot);
    String start =
        "{\"seq\":17,\"time\":\"2026-11-22T03:00:00.003Z\",\"boottime_ms\":123456,\"event\":\"get\","
            + "\"result\":\"ok\",\"name\":\"db_password\",\"owner\":1000,\"version\":7,"
            + "\"uid\":4294967294,\"gid\":0,\"pid\":4242,\"exe\":null,\"prev\":\"";
    String first = start + ZEROES + "\"";
    String hash = sha256(ZEROES + first);
    assertEquals(first + ",\"hash\":\"" + hash + "\"}\n", text(line));
    assertEquals(hash, line.head());
    slot.name = null;
    slot.owner = -1;
    slot.version = 0;
    slot.wallMillis += 997;
    line.write(Long.MAX_VALUE, slot);
    String second =
        "{\"seq\":9223372036854775807,\"time\":\"2026-11-22T03:00:01.000Z\",\"boottime_ms\":123456,"
            + "\"event\":\"get\",\"result\":\"ok\",\"name\":null,\"owner\":null,\"version\":null,"
            + "\"uid\":4294967294,\"gid\":0,\"pid\":4242,\"exe\":null,\"prev\":\""
            + hash
            + "\"";
    assertEquals(second + ",\"hash\":\"" + sha256(hash + second) + "\"}\n", text(line));
  }

  @Test
  void theLongestNameFits() throws Exception {
    AuditLine line = new AuditLine();
    AuditQueue.Slot slot = new AuditQueue.Slot();
    slot.event = "put";
    slot.result = "unknown-verb";
    slot.name = "n".repeat(200);
    slot.owner = slot.uid = slot.gid = 4294967294L;
    slot.version = slot.boottimeNanos = Long.MAX_VALUE;
    slot.pid = Integer.MAX_VALUE;
    line.write(Long.MAX_VALUE, slot);
    assertTrue(text(line).contains("\"name\":\"" + "n".repeat(200) + "\""));
    assertEquals(text(line).length(), line.length());
  }

  @Test
  void everyRequestHasALineWithWhatItWasAbout() throws Exception {
    try (Parts parts = Parts.open()) {
      Client client = parts.client(7_000_001);
      long version = client.call("PUT k - allow=uid:5", "v3ry-secret-value").number("version");
      client.call("GET k");
      parts.client(5).call("GET k");
      parts.client(6).call("GET k");
      client.call("STAT k");
      client.call("TOUCH k 60000");
      client.call("LIST");
      client.call("PUT bad*name -", "x");
      client.call("PUT k 0", "x");
      client.call("AUDIT");
      client.call("DEL k");
      client.call("HELLO");
      List<String> lines = parts.own().call("AUDIT 1000").bodyText().lines().toList();
      List<String> short_ = new ArrayList<>();
      for (String line : lines) {
        short_.add(
            field(line, "event")
                + " "
                + field(line, "result")
                + " "
                + field(line, "name")
                + " "
                + field(line, "owner")
                + " "
                + field(line, "version")
                + " "
                + field(line, "uid"));
      }
      String v = Long.toString(version);
      assertEquals(
          List.of(
              "\"put\" \"ok\" \"k\" 7000001 " + v + " 7000001",
              "\"get\" \"ok\" \"k\" 7000001 " + v + " 7000001",
              "\"get\" \"ok\" \"k\" 7000001 " + v + " 5",
              "\"get\" \"not-found\" \"k\" null null 6",
              "\"stat\" \"ok\" \"k\" 7000001 " + v + " 7000001",
              "\"touch\" \"ok\" \"k\" 7000001 " + v + " 7000001",
              "\"list\" \"ok\" null null null 7000001",
              "\"put\" \"bad-request\" null null null 7000001",
              "\"put\" \"bad-request\" null null null 7000001",
              "\"audit\" \"denied\" null null null 7000001",
              "\"del\" \"ok\" \"k\" 7000001 " + v + " 7000001",
              "\"hello\" \"ok\" null null null 7000001"),
          short_);
      assertFalse(String.join("", lines).contains("v3ry"));
    }
  }

  @Test
  void theChainCanBeCheckedUpToTheHeadOfStatus() throws Exception {
    try (Parts parts = Parts.open()) {
      Client client = parts.own();
      for (int i = 0; i < 300; i++) {
        client.call("PUT k" + i + " -", "x");
      }
      String status = client.call("STATUS").bodyText();
      Matcher head =
          Pattern.compile("\"audit\":\\{\"seq\":(\\d+),\"head\":\"(\\w+)\"").matcher(status);
      assertTrue(head.find(), status);
      List<String> lines = client.call("AUDIT 10000").bodyText().lines().toList();
      long checked = checkChain(lines, 1);
      assertEquals(lines.size(), checked);
      assertEquals(301, lines.size());
      assertEquals(head.group(2), unquoted(lines.get(Integer.parseInt(head.group(1)) - 1), "hash"));
      // The sink gets the same lines, in the same order.
      assertEquals(
          lines,
          List.copyOf(parts.auditLines).subList(0, 301).stream().map(String::strip).toList());
      List<String> newest = client.call("AUDIT 5").bodyText().lines().toList();
      assertEquals(5, checkChain(newest, 298));
      assertEquals("\"audit\"", field(newest.get(4), "event"));
    }
  }

  @Test
  void everyRequestAnsweredBeforeAuditIsInIt() throws Exception {
    try (Parts parts = Parts.open()) {
      Client client = parts.own();
      for (int i = 0; i < 200; i++) {
        client.call("GET number" + i);
        String newest = client.call("AUDIT 1").bodyText();
        assertEquals("\"number" + i + "\"", field(newest, "name"));
        if (i % 50 == 0) {
          Thread.sleep(300); // long enough for the writer to fall asleep
        }
      }
    }
  }

  @Test
  void filtersLeaveOutWhatTheySay() throws Exception {
    // Sorted: when a secret expires, against the others, is the clock's to say.
    assertEquals(
        List.of("admit", "expire", "get", "get", "put", "put", "start"),
        events(EngineOptions.AuditFilter.ALL));
    assertEquals(
        List.of("expire", "get", "put", "put", "start"), events(EngineOptions.AuditFilter.CHANGES));
    assertEquals(List.of("get", "start"), events(EngineOptions.AuditFilter.DENIED));
  }

  private static List<String> events(EngineOptions.AuditFilter filter) throws Exception {
    EngineOptions defaults = EngineOptions.DEFAULTS;
    EngineOptions options =
        new EngineOptions(64, 9, 1 << 20, 9, 100, defaults.maxTtlMillis(), 1000, filter);
    try (Parts parts = Parts.open(options)) {
      parts.audit.agent(AuditEvent.START);
      parts.audit.admitted(new FakePeer(3), null);
      Client client = parts.client(3);
      client.call("PUT k 60000", "x").assertOk();
      client.call("PUT short 5", "x").assertOk();
      client.call("GET k").assertOk();
      client.call("GET none");
      while (parts.expiries.get() == 0) {
        Thread.sleep(1);
      }
      parts.audit.head();
      List<String> events = new ArrayList<>();
      for (String line : List.copyOf(parts.auditLines)) {
        events.add(unquoted(line, "event"));
      }
      events.sort(null);
      return events;
    }
  }

  @Test
  void whatTheQueueCannotHoldIsCountedInALineOfItsOwn() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    List<String> lines = java.util.Collections.synchronizedList(new ArrayList<>());
    AuditLog log =
        new AuditLog(
            EngineOptions.AuditFilter.ALL,
            (bytes, length) -> {
              lines.add(new String(bytes, 0, length, StandardCharsets.US_ASCII));
              blocked.countDown();
              try {
                free.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    log.start();
    FakePeer peer = new FakePeer(3);
    log.admitted(peer, null);
    blocked.await();
    int many = 9000;
    for (int i = 0; i < many; i++) {
      log.admitted(peer, ErrorCode.BUSY); // never waits, though nothing is written
    }
    long dropped = log.droppedEvents();
    int room = AuditLog.QUEUE_EVENTS - 1; // one slot holds the event that is being written
    assertEquals(many - room, dropped);
    free.countDown();
    log.close();
    assertEquals(1 + room + 1, lines.size());
    String last = lines.get(lines.size() - 1);
    assertEquals("dropped", unquoted(last, "event"));
    assertEquals(Long.toString(dropped), field(last, "version"));
    assertEquals(Long.toString(OwnIdentity.uid()), field(last, "uid"));
    assertEquals(lines.size(), checkChain(lines, 1), "the chain has no gap");
  }

  @Test
  void anEventThatCouldNotBeToldIsCountedAndNobodysFailure() throws Exception {
    List<String> lines = java.util.Collections.synchronizedList(new ArrayList<>());
    AuditLog log =
        new AuditLog(
            EngineOptions.AuditFilter.ALL,
            (bytes, length) -> lines.add(new String(bytes, 0, length, StandardCharsets.US_ASCII)));
    FakePeer peer = new FakePeer(3);
    log.admitted(peer, null);
    log.record(
        (slot, from) -> {
          throw new OutOfMemoryError("for the test");
        },
        null);
    log.admitted(peer, null);
    log.start();
    log.close();
    assertEquals(1, log.droppedEvents());
    assertEquals(3, lines.size(), lines::toString);
    assertEquals("dropped", unquoted(lines.get(2), "event"));
    assertEquals("1", field(lines.get(2), "version"));
    assertEquals(3, checkChain(lines, 1));
  }

  @Test
  void manyThreadsRecordAndEveryEventIsThereOrCounted() throws Exception {
    List<String> lines = java.util.Collections.synchronizedList(new ArrayList<>());
    AuditLog log =
        new AuditLog(
            EngineOptions.AuditFilter.ALL,
            (bytes, length) -> lines.add(new String(bytes, 0, length, StandardCharsets.US_ASCII)));
    log.start();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      FakePeer peer = new FakePeer(t);
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 5000; i++) {
                  log.admitted(peer, null);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    log.close();
    long admitted = lines.stream().filter(line -> line.contains("\"admit\"")).count();
    long told =
        lines.stream()
            .filter(line -> line.contains("\"event\":\"dropped\""))
            .mapToLong(line -> Long.parseLong(field(line, "version")))
            .sum();
    assertEquals(30_000, admitted + told);
    assertEquals(log.droppedEvents(), told);
    assertEquals(lines.size(), checkChain(lines, 1));
  }

  @Test
  void timesAreNow() throws Exception {
    long wall = System.currentTimeMillis();
    long boot = Clock.boottimeNanos() / 1_000_000;
    try (Parts parts = Parts.open()) {
      parts.own().call("HELLO");
      String line = parts.own().call("AUDIT 1").bodyText();
      long time = Instant.parse(unquoted(line, "time")).toEpochMilli();
      assertTrue(time >= wall - 1000 && time <= System.currentTimeMillis() + 1000, line);
      long boottime = Long.parseLong(field(line, "boottime_ms"));
      assertTrue(boottime >= boot && boottime <= Clock.boottimeNanos() / 1_000_000, line);
    }
  }

  /** Checks each line's hash, and that numbers go up from the first; tells how many. */
  private static long checkChain(List<String> lines, long firstSeq) throws Exception {
    String previous = null;
    long seq = firstSeq;
    for (String each : lines) {
      String line = each.strip();
      String prev = unquoted(line, "prev");
      assertTrue(previous == null || previous.equals(prev), line);
      String hashed = line.substring(0, line.indexOf(",\"hash\":\""));
      previous = unquoted(line, "hash");
      assertEquals(sha256(prev + hashed), previous);
      assertEquals(Long.toString(seq++), field(line, "seq"));
    }
    return seq - firstSeq;
  }

  private static String field(String line, String name) {
    Matcher matcher = FIELD.matcher(line);
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        return matcher.group(2);
      }
    }
    throw new AssertionError("no " + name + " in " + line);
  }

  private static String unquoted(String line, String name) {
    return field(line, name).replace("\"", "");
  }

  private static String text(AuditLine line) {
    return new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
  }

  private static String sha256(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(digest);
  }
}
