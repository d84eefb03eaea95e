package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Looks, as root, through all memory of the agent for what it was given to keep. */
class MemoryScanIT {
  private static final int SECRETS = 500;
  private static final int SIZE_BYTES = 64;
  private static final String MARKER = "a-name-that-lies-on-the-heap";

  @Test
  void noPieceOfAPlaintextIsLeftAfterManyPutsAndGets() throws IOException {
    Needs.root();
    Set<Long> pieces = new HashSet<>();
    try (AgentProcess agent = AgentProcess.with("--cipher", "openssl").start();
        RawClient client = agent.connect()) {
      SecureRandom random = new SecureRandom();
      for (int i = 0; i < SECRETS; i++) {
        byte[] value = new byte[SIZE_BYTES];
        random.nextBytes(value);
        ByteBuffer longs = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        while (longs.hasRemaining()) {
          pieces.add(longs.getLong());
        }
        String name = MARKER + i;
        assertEquals("ok", client.tryPut(name + " 600000", value).code());
        for (int reads = 0; reads < 5; reads++) {
          assertEquals(SIZE_BYTES, client.ask("GET " + name).body().length);
        }
        assertEquals("ok", client.code("TOUCH " + name + " 600000"));
        if (i % 2 == 0) {
          assertEquals("ok", client.code("DEL " + name));
        }
      }
      byte[] large = new byte[1 << 20];
      random.nextBytes(large);
      assertEquals("ok", client.tryPut("large 600000", large).code());
      assertEquals(large.length, client.ask("GET large").body().length);
      ByteBuffer longs = ByteBuffer.wrap(large).order(ByteOrder.nativeOrder());
      for (int i = 0; i < large.length; i += 4096) {
        pieces.add(longs.getLong(i));
      }
      long marker =
          ByteBuffer.wrap(MARKER.getBytes(StandardCharsets.ISO_8859_1), 0, 8)
              .order(ByteOrder.nativeOrder())
              .getLong();
      Scan scan = new Scan(agent.pid(), pieces, marker);
      assertTrue(scan.bytes > 10_000_000, scan.bytes + " bytes were read");
      assertTrue(scan.markers > 0, "positive control: names are found");
      assertEquals(0, scan.found, "pieces of plaintext, the last one in " + scan.where);
    }
  }

  /** Compares the 8 bytes at every address that root can read. */
  private static final class Scan {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Set<Long> pieces;
    private final long marker;
    // One bit for each value of two bytes: most addresses need no look into the set.
    private final boolean[] begins = new boolean[1 << 16];
    private long bytes;
    private long found;
    private long markers;
    private String where;

    Scan(long pid, Set<Long> pieces, long marker) throws IOException {
      this.pieces = pieces;
      this.marker = marker;
      pieces.forEach(piece -> begins[(int) (piece & 0xffff)] = true);
      begins[(int) (marker & 0xffff)] = true;
      try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
        for (String map : Programs.lines(Path.of("/proc/" + pid + "/maps"))) {
          if (map.matches("\\S+ r.*") && !map.contains("[v")) {
            scan(memory, map);
          }
        }
      }
    }

    private void scan(RandomAccessFile memory, String map) throws IOException {
      String[] range = map.split(" ")[0].split("-");
      long end = Long.parseUnsignedLong(range[1], 16);
      byte[] chunk = new byte[CHUNK_BYTES + 8];
      for (long at = Long.parseUnsignedLong(range[0], 16); at < end; at += CHUNK_BYTES) {
        int length = (int) Math.min(chunk.length, end - at);
        memory.seek(at);
        try {
          memory.readFully(chunk, 0, length);
        } catch (IOException e) {
          continue; // secret memory, or pages behind a file's end
        }
        bytes += length;
        compare(chunk, length, map);
      }
    }

    private void compare(byte[] chunk, int length, String map) {
      ByteBuffer longs = ByteBuffer.wrap(chunk).order(ByteOrder.nativeOrder());
      for (int i = 0; i + 8 <= length; i++) {
        if (begins[chunk[i] & 0xff | (chunk[i + 1] & 0xff) << 8]) {
          long piece = longs.getLong(i);
          if (piece == marker) {
            markers++;
          } else if (pieces.contains(piece)) {
            found++;
            where = map;
          }
        }
      }
    }
  }
}
