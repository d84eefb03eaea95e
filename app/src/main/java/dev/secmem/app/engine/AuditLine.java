package dev.secmem.app.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes audit lines, each chained to the one before by SHA-256 (docs/PROTOCOL.md, "Bodies in
 * JSON"). Serial. Its buffers are used again for each line.
 */
final class AuditLine {
  private static final int HASH_CHARS = 64;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SEQ = ascii("{\"seq\":");
  private static final byte[] TIME = ascii(",\"time\":\"");
  private static final byte[] BOOTTIME = ascii("\",\"boottime_ms\":");
  private static final byte[] EVENT = ascii(",\"event\":\"");
  private static final byte[] RESULT = ascii("\",\"result\":\"");
  private static final byte[] NAME = ascii("\",\"name\":");
  private static final byte[] OWNER = ascii(",\"owner\":");
  private static final byte[] VERSION = ascii(",\"version\":");
  private static final byte[] UID = ascii(",\"uid\":");
  private static final byte[] GID = ascii(",\"gid\":");
  private static final byte[] PID = ascii(",\"pid\":");
  private static final byte[] EXE = ascii(",\"exe\":");
  private static final byte[] PREV = ascii(",\"prev\":\"");
  private static final byte[] HASH = ascii(",\"hash\":\"");
  private static final byte[] END = ascii("\"}\n");
  private static final byte[] NULL = ascii("null");
  private static final byte[] QUOTE = ascii("\"");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

  private final MessageDigest sha256;
  private final byte[] digest = new byte[32];
  private final byte[] head = new byte[HASH_CHARS];
  private byte[] line = new byte[1024];
  private int length;

  private long second = Long.MIN_VALUE;
  private byte[] secondText;

  AuditLine() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    java.util.Arrays.fill(head, (byte) '0');
  }

  /** Writes the line of an event; {@link #bytes} and {@link #length} then tell it. */
  void write(long seq, AuditQueue.Slot event) {
    length = 0;
    bytes(SEQ).number(seq).bytes(TIME).time(event.wallMillis);
    bytes(BOOTTIME).number(event.boottimeNanos / 1_000_000);
    bytes(EVENT).text(event.event).bytes(RESULT).text(event.result).bytes(NAME);
    textOrNull(event.name);
    bytes(OWNER).numberOrNull(event.owner >= 0, event.owner);
    bytes(VERSION).numberOrNull(event.version > 0, event.version);
    bytes(UID).number(event.uid).bytes(GID).number(event.gid).bytes(PID).number(event.pid);
    bytes(EXE).textOrNull(event.exe).bytes(PREV).hash().bytes(QUOTE);
    chain();
    bytes(HASH).hash().bytes(END);
  }

  /** The line with its LF: the first {@link #length} of these. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  /** The hash of the latest line, 64 hex digits; zeroes before the first. */
  String head() {
    return new String(head, StandardCharsets.US_ASCII);
  }

  private void chain() {
    sha256.update(head);
    sha256.update(line, 0, length);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (java.security.DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
    for (int i = 0; i < digest.length; i++) {
      head[2 * i] = HEX[digest[i] >> 4 & 15];
      head[2 * i + 1] = HEX[digest[i] & 15];
    }
  }

  private AuditLine hash() {
    room(HASH_CHARS);
    System.arraycopy(head, 0, line, length, HASH_CHARS);
    length += HASH_CHARS;
    return this;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private AuditLine bytes(byte[] ascii) {
    room(ascii.length);
    System.arraycopy(ascii, 0, line, length, ascii.length);
    length += ascii.length;
    return this;
  }

  private AuditLine text(String ascii) {
    int count = ascii.length();
    room(count);
    for (int i = 0; i < count; i++) {
      line[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /** Names, and paths as they stand in grants, need no escape. */
  private AuditLine textOrNull(String plain) {
    return plain == null ? bytes(NULL) : bytes(QUOTE).text(plain).bytes(QUOTE);
  }

  private AuditLine numberOrNull(boolean known, long value) {
    return known ? number(value) : bytes(NULL);
  }

  private AuditLine number(long value) {
    room(20);
    int from = length;
    long rest = value;
    do {
      line[length++] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    for (int i = from, j = length - 1; i < j; i++, j--) {
      byte digit = line[i];
      line[i] = line[j];
      line[j] = digit;
    }
    return this;
  }

  private AuditLine time(long wallMillis) {
    long now = Math.floorDiv(wallMillis, 1000);
    if (now != second) {
      secondText = SECONDS.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
      second = now;
    }
    room(secondText.length + 4);
    System.arraycopy(secondText, 0, line, length, secondText.length);
    length += secondText.length;
    int millis = (int) Math.floorMod(wallMillis, 1000L);
    line[length++] = (byte) ('0' + millis / 100);
    line[length++] = (byte) ('0' + millis / 10 % 10);
    line[length++] = (byte) ('0' + millis % 10);
    line[length++] = 'Z';
    return this;
  }

  private void room(int more) {
    if (line.length - length < more) {
      line = java.util.Arrays.copyOf(line, 2 * line.length + more);
    }
  }
}
