package dev.secmem.app.it;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Verifies audit lines by docs/PROTOCOL.md alone. */
final class AuditChain {
  static final List<String> KEYS =
      List.of(
          "seq",
          "time",
          "boottime_ms",
          "event",
          "result",
          "name",
          "owner",
          "version",
          "uid",
          "gid",
          "pid",
          "exe",
          "prev",
          "hash");

  private AuditChain() {}

  /** Checks that each line follows the one before; the first may follow anything. */
  static void verify(List<String> lines) {
    String prev = null;
    long seq = -1;
    for (String line : lines) {
      require(Json.keys(line).equals(KEYS), "keys", line);
      require(
          Json.value(line, "time").matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
          "time",
          line);
      require(prev == null || Json.value(line, "prev").equals(prev), "prev", line);
      require(seq < 0 || Json.number(line, "seq") == seq + 1, "seq", line);
      seq = Json.number(line, "seq");
      prev = Json.value(line, "hash");
      String hashed = line.substring(0, line.indexOf(",\"hash\""));
      require(prev.equals(sha256(Json.value(line, "prev") + hashed)), "hash", line);
    }
  }

  static String hash(String line) {
    return Json.value(line, "hash");
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void require(boolean holds, String what, String line) {
    if (!holds) {
      throw new AssertionError("bad " + what + ": " + line);
    }
  }
}
