package dev.secmem.transport.uds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import dev.secmem.transport.uds.server.LineReader.Result;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines out of bytes, and whose each descriptor is, on a pair of sockets without a server. */
final class LineReaderTest {
  /** Whoever waits that long has missed something. */
  private static final long PATIENCE_MILLIS = 2000;

  private int client;
  private int server;
  private MessageChannel out;
  private LineReader reader;

  @BeforeEach
  void open() throws Exception {
    int[] pair = UnixSocket.pair();
    client = pair[0];
    server = pair[1];
    out = new MessageChannel(client);
    reader = new LineReader(new MessageChannel(server));
    use(PATIENCE_MILLIS, PATIENCE_MILLIS);
  }

  private void use(long idleMillis, long stallMillis) throws LinuxException {
    UnixSocket.setReceiveTimeout(server, idleMillis);
    reader.use(server, idleMillis, stallMillis);
  }

  @AfterEach
  void close() {
    reader.clear();
    Descriptor.close(client);
    Descriptor.close(server);
  }

  private void send(String text, int... descriptors) throws LinuxException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer message = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    if (descriptors.length > 1) {
      out.send(message, descriptors);
    } else {
      out.send(message, descriptors.length == 0 ? -1 : descriptors[0]);
    }
    for (int descriptor : descriptors) {
      Descriptor.close(descriptor);
    }
  }

  /** A memfd that can be told by its size. */
  private static int memfd(int sizeBytes) throws LinuxException {
    int fd = Memfd.create();
    Memfd.resize(fd, sizeBytes);
    return fd;
  }

  private void assertLine(String expected) throws LinuxException {
    assertEquals(Result.LINE, reader.next());
    assertEquals(expected, reader.line());
  }

  private void assertPlain(String expected) throws LinuxException {
    assertLine(expected);
    assertFalse(reader.attachment().isPresent(), expected);
  }

  private void assertWith(String expected, int sizeBytes) throws LinuxException {
    assertLine(expected);
    Attachment attachment = reader.attachment();
    assertTrue(attachment.isPresent() && attachment.hasDescriptor(), expected);
    assertFalse(attachment.isSurplus() || attachment.isDropped(), expected);
    assertEquals(sizeBytes, Descriptor.status(attachment.descriptor()).sizeBytes());
  }

  private void assertSurplus(String expected) throws LinuxException {
    assertLine(expected);
    assertTrue(reader.attachment().isPresent() && reader.attachment().isSurplus(), expected);
    assertFalse(reader.attachment().hasDescriptor(), "all are closed");
  }

  @Test
  void linesComeAsTheyWereSentInWhateverPieces() throws Exception {
    send("HELLO\nGET a\n\nGE");
    assertPlain("HELLO");
    assertPlain("GET a");
    assertPlain("");
    send("T b\n");
    assertPlain("GET b");
    // Many times what the buffer holds, in pieces that end anywhere.
    StringBuilder all = new StringBuilder();
    int next = 0;
    for (int i = 0; i < 500; i++) {
      all.append("TOUCH ").append("x".repeat(i % 100)).append(i).append('\n');
      while (all.length() > 331) {
        send(all.substring(0, 331));
        all.delete(0, 331);
        // Each piece ends at least three lines.
        for (int read = 0; read < 3; read++, next++) {
          assertPlain("TOUCH " + "x".repeat(next % 100) + next);
        }
      }
    }
    send(all.toString());
    UnixSocket.shutdown(client);
    while (next < 500) {
      assertPlain("TOUCH " + "x".repeat(next % 100) + next);
      next++;
    }
    assertEquals(Result.END, reader.next());
  }

  @Test
  void aLineHasAtMost4096BytesWithItsEnd() throws Exception {
    String longest = "x".repeat(4095);
    for (int i = 0; i < 5; i++) {
      send(longest + "\nHELLO\n");
      assertPlain(longest);
      assertPlain("HELLO");
    }
    send("HELLO\n" + "x".repeat(4096));
    assertPlain("HELLO");
    assertEquals(Result.BROKEN, reader.next(), "without waiting for more");
  }

  @Test
  void onlyPrintableAsciiIsALine() throws Exception {
    StringBuilder printable = new StringBuilder();
    for (char c = 0x20; c <= 0x7e; c++) {
      printable.append(c);
    }
    send(printable + "\n");
    assertPlain(printable.toString());
    for (char c : new char[] {0, 0x1f, 0x7f, 0x80, 0xff, '\r', '\t'}) {
      use(PATIENCE_MILLIS, PATIENCE_MILLIS); // another connection
      send("HELLO\nab" + c + "c\n");
      assertPlain("HELLO");
      assertEquals(Result.BROKEN, reader.next(), "byte " + (int) c);
    }
  }

  @Test
  void aDescriptorIsTheLastBegunLines() throws Exception {
    send("PUT a\n", memfd(1));
    assertWith("PUT a", 1);
    int lent = reader.attachment().descriptor();
    send("HELLO\n");
    assertPlain("HELLO");
    assertThrows(LinuxException.class, () -> Descriptor.status(lent), "that of before is closed");
    send("PUT b\nPUT c\n", memfd(2));
    assertPlain("PUT b");
    assertWith("PUT c", 2);
    send("HELLO\nPUT d", memfd(3));
    assertPlain("HELLO");
    send("\nPUT e\n", memfd(4));
    assertWith("PUT d", 3);
    assertWith("PUT e", 4);
    send("HELLO\n");
    assertPlain("HELLO");
  }

  @Test
  void whatIsTooMuchIsClosedAndTold() throws Exception {
    send("PUT a\n", memfd(1), memfd(2));
    assertSurplus("PUT a");
    send("PUT b", memfd(3));
    send(" more\n"); // read with what came before it: nothing is wrong
    assertWith("PUT b more", 3);
    send("HELLO\nPUT c");
    assertPlain("HELLO");
    send(" more\n", memfd(4));
    assertSurplus("PUT c more");
    send("HELLO\nPUT d", memfd(5));
    assertPlain("HELLO");
    send(" more\nHELLO\n", memfd(6), memfd(7));
    assertWith("PUT d more", 5);
    assertSurplus("HELLO");
    send("HELLO\nPUT f", memfd(8));
    assertPlain("HELLO");
    send(" more\n", memfd(9));
    assertSurplus("PUT f more");
    send("HELLO\n");
    assertPlain("HELLO");
  }

  @Test
  void atTheEndOfAConnectionEverythingIsClosed() throws Exception {
    String before = nextDescriptors();
    send("PUT a\nPUT b", memfd(1));
    assertPlain("PUT a");
    send("\nPUT c\n", memfd(2));
    assertWith("PUT b", 1);
    int current = reader.attachment().descriptor();
    reader.clear();
    assertThrows(LinuxException.class, () -> Descriptor.status(current));
    assertFalse(reader.attachment().isPresent());
    assertNoneLeftOpen(before);
    // The next connection has nothing of it.
    use(PATIENCE_MILLIS, PATIENCE_MILLIS);
    send("HELLO\nPUT d", memfd(3));
    assertPlain("HELLO");
    send(" more\nHEL", memfd(4), memfd(5));
    assertWith("PUT d more", 3);
    reader.clear();
    assertNoneLeftOpen(before);
    use(PATIENCE_MILLIS, PATIENCE_MILLIS);
    send("HELLO\nGET a");
    assertPlain("HELLO");
    send("\nGET b\n");
    assertPlain("GET a");
    assertPlain("GET b");
  }

  /** The JVM opens one for a moment, now and then; one that is left open stays so. */
  private static void assertNoneLeftOpen(String before) throws Exception {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!before.equals(nextDescriptors()) && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    assertEquals(before, nextDescriptors(), "a descriptor is left open");
  }

  /** The numbers of those that would be opened next. */
  private static String nextDescriptors() throws LinuxException {
    int[] descriptors = new int[4];
    for (int i = 0; i < descriptors.length; i++) {
      descriptors[i] = Memfd.create();
    }
    for (int descriptor : descriptors) {
      Descriptor.close(descriptor);
    }
    return Arrays.toString(descriptors);
  }

  @Test
  void aLineThatTricklesInHasNoMoreTime() throws Exception {
    use(60_000, 200);
    long start = System.nanoTime();
    send("HELLO\nH");
    assertPlain("HELLO");
    AtomicBoolean ended = new AtomicBoolean();
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 1000 && !ended.get(); i++) {
                  send("x");
                  Thread.sleep(10);
                }
              } catch (LinuxException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    sender.start();
    assertEndsSoon(start);
    assertTrue(sender.isAlive(), "each byte gave it new time");
    ended.set(true);
    sender.join();
  }

  @Test
  void aLineThatWasBegunHasItsOwnTimeAndSilenceAnother() throws Exception {
    use(60_000, 100);
    long start = System.nanoTime();
    send("HELLO\nHEL");
    assertPlain("HELLO");
    assertEndsSoon(start);
    use(100, 60_000);
    start = System.nanoTime();
    send("HELLO\n");
    assertPlain("HELLO");
    assertEndsSoon(start);
    use(60_000, 100);
    send("HEL");
    Thread.sleep(150); // it began when it was read, not when it was sent
    send("LO\n");
    assertPlain("HELLO");
  }

  /** The kernel's wait ends with an error, a time that is over without one. */
  private void assertEndsSoon(long start) {
    try {
      assertEquals(Result.END, reader.next());
    } catch (LinuxException e) {
      assertTrue(e.getMessage().length() > 0);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis >= 60 && millis < 30_000, "it waited for " + millis + " ms");
  }
}
