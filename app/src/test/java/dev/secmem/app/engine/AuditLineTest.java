package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** One line of the audit, byte by byte, by docs/PROTOCOL.md. */
final class AuditLineTest {
  private static AuditQueue.Slot event(String name, long owner, long version, String exe) {
    AuditQueue.Slot slot = new AuditQueue.Slot();
    slot.wallMillis = Instant.parse("2026-11-22T03:00:00.257Z").toEpochMilli();
    slot.boottimeNanos = 123_456_999_999L;
    slot.event = "get";
    slot.result = "ok";
    slot.name = name;
    slot.owner = owner;
    slot.version = version;
    slot.uid = 4_294_967_294L;
    slot.gid = 10;
    slot.pid = 4242;
    slot.exe = exe;
    return slot;
  }

  private static String text(AuditLine line) {
    return new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
  }

  private static void assertWritten(
      AuditLine line, long seq, AuditQueue.Slot slot, String about, String exe) throws Exception {
    String prev = line.head();
    line.write(seq, slot);
    String begin =
        "{\"seq\":"
            + seq
            + ",\"time\":\""
            + (slot.wallMillis == 0 ? "1970-01-01T00:00:00.000Z" : "2026-11-22T03:00:00.257Z")
            + "\",\"boottime_ms\":123456,\"event\":\"get\",\"result\":\"ok\","
            + about
            + ",\"uid\":4294967294,\"gid\":10,\"pid\":4242,\"exe\":"
            + exe
            + ",\"prev\":\""
            + prev
            + "\"";
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest((prev + begin).getBytes(StandardCharsets.US_ASCII));
    String hex = HexFormat.of().formatHex(hash);
    assertEquals(begin + ",\"hash\":\"" + hex + "\"}\n", text(line));
    assertEquals(hex, line.head());
  }

  @Test
  void whatIsUnknownIsNullAndNothingElse() throws Exception {
    AuditLine line = new AuditLine();
    assertEquals("0".repeat(64), line.head());
    String root = "\"name\":\"k\",\"owner\":0,\"version\":1";
    assertWritten(line, 1, event("k", 0, 1, null), root, "null");
    String nobody = "\"name\":null,\"owner\":null,\"version\":null";
    assertWritten(line, 2, event(null, -1, 0, null), nobody, "null");
    AuditQueue.Slot longAgo = event("k", 0, 1, "/bin/x");
    longAgo.wallMillis = 0;
    assertWritten(line, Long.MAX_VALUE, longAgo, root, "\"/bin/x\"");
  }

  @Test
  void aLineOfEveryLengthIsWhole() throws Exception {
    String about = "\"name\":\"" + "n".repeat(200) + "\",\"owner\":1000,\"version\":7";
    for (int length = 1; length < 1200; length++) {
      String exe = "/" + "x".repeat(length);
      AuditQueue.Slot slot = event("n".repeat(200), 1000, 7, exe);
      assertWritten(new AuditLine(), 17, slot, about, "\"" + exe + "\"");
    }
    String longest = "%C3".repeat(4096);
    AuditQueue.Slot slot = event("n".repeat(200), 1000, 7, longest);
    assertWritten(new AuditLine(), 17, slot, about, "\"" + longest + "\"");
  }
}
