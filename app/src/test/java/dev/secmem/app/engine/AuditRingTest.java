package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AuditRingTest {
  private static final int BYTES = 4 << 20;

  @Test
  void usualLinesAreKeptToTheFullNumber() throws LinuxException {
    try (AuditRing ring = new AuditRing()) {
      for (int i = 0; i < 25_000; i++) {
        add(ring, line(i, 390));
      }
      List<String> kept = newest(ring, 20_000);
      assertEquals(AuditRing.MAX_LINES, kept.size());
      for (int i = 0; i < kept.size(); i++) {
        assertEquals(line(15_000 + i, 390), kept.get(i));
      }
      assertEquals(List.of(line(24_999, 390)), newest(ring, 1));
      assertEquals(List.of(), newest(ring, 0));
    }
  }

  @Test
  void linesOfAnyLengthAreTheNewestInOrderAndMostThatFit() throws LinuxException {
    for (int seed = 1; seed <= 2; seed++) {
      Random random = new Random(seed);
      try (AuditRing ring = new AuditRing()) {
        ArrayDeque<String> model = new ArrayDeque<>();
        long modelBytes = 0;
        for (int i = 0; i < 2_000; i++) {
          int length =
              random.nextInt(4) == 0 ? 20_000 + random.nextInt(60_000) : 20 + random.nextInt(900);
          String text = line(i, length);
          add(ring, text);
          model.addLast(text);
          modelBytes += length;
          while (modelBytes > BYTES) {
            modelBytes -= model.removeFirst().length();
          }
          if (i % 499 == 0 || i > 1_996) {
            List<String> kept = newest(ring, AuditRing.MAX_LINES);
            List<String> expected = new ArrayList<>(model);
            // At the wrap a line's length may be lost, and as much again at the front of it.
            assertTrue(kept.size() <= expected.size(), "seed " + seed + " line " + i);
            assertEquals(
                expected.subList(expected.size() - kept.size(), expected.size()),
                kept,
                "seed " + seed + " line " + i);
            long keptBytes = kept.stream().mapToLong(String::length).sum();
            assertTrue(
                kept.size() == i + 1 || keptBytes > BYTES - 3 * 80_000,
                "only " + keptBytes + " bytes are kept");
          }
        }
      }
    }
  }

  @Test
  void aLineThatFillsTheEndExactlyIsNotInTheNextOnesWay() throws LinuxException {
    try (AuditRing ring = new AuditRing()) {
      int quarter = BYTES / 4;
      for (int i = 0; i < 11; i++) {
        add(ring, line(i, quarter));
        List<String> kept = newest(ring, 10);
        assertEquals(Math.min(i + 1, 4), kept.size());
        assertEquals(line(i, quarter), kept.get(kept.size() - 1));
      }
    }
  }

  @Test
  void closingTwiceIsOnce() throws LinuxException {
    AuditRing ring = new AuditRing();
    add(ring, line(1, 50));
    ring.close();
    ring.close();
    assertEquals(List.of(), newest(ring, 5));
  }

  private static String line(int number, int length) {
    String start = number + ":";
    return start + (char) ('a' + number % 26) + "x".repeat(length - start.length() - 2) + "\n";
  }

  private static void add(AuditRing ring, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    ring.add(bytes, bytes.length);
  }

  private static List<String> newest(AuditRing ring, int most) throws LinuxException {
    try (TextBody body = new TextBody()) {
      int count = ring.copyNewest(most, body);
      String text = StandardCharsets.US_ASCII.decode(body.content()).toString();
      List<String> lines = text.lines().map(line -> line + "\n").toList();
      assertEquals(count, lines.size());
      return lines;
    }
  }
}
