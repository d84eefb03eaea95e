package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.tck.Race;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What memguard's and asherah's suites test and no other test of ours did: docs/TESTING.md. */
final class CounterpartsTest {
  @Test
  void aBufferIsNotCollectedWhileItIsLent() throws PluginException {
    byte[] content = Bytes.pattern(1, 64);
    byte[] seen = new byte[64];
    // Nothing refers to the buffer but the call itself.
    BufferFactory.pooled()
        .copyOf(content)
        .with(
            view -> {
              for (int i = 0; i < 5; i++) {
                System.gc();
                sleep(20);
              }
              view.get(0, seen, 0, 64);
            });
    assertArrayEquals(content, seen);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives a byte at a time, and often none. */
  private static final class Hesitant extends InputStream {
    private final InputStream source;
    private int calls;

    Hesitant(byte[] content) {
      source = new ByteArrayInputStream(content);
    }

    @Override
    public int read() throws IOException {
      return source.read();
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      return calls++ % 2 == 0 ? 0 : source.read(target, from, Math.min(1, length));
    }
  }

  @Test
  void aHesitantStreamIsReadToItsEnd() throws Exception {
    byte[] content = Bytes.pattern(4, 5000);
    try (LockedBuffer exact = LockedBuffer.read(new Hesitant(content), 5000);
        LockedBuffer all = LockedBuffer.readAll(new Hesitant(content))) {
      assertTrue(exact.contentEquals(content));
      assertTrue(all.contentEquals(content));
    }
  }

  @Test
  void aFileIsReadWhole() throws Exception {
    Path file = Path.of("../LICENSE");
    try (InputStream in = Files.newInputStream(file);
        LockedBuffer buffer = LockedBuffer.readAll(in)) {
      assertTrue(buffer.contentEquals(Files.readAllBytes(file)));
    }
  }

  @Test
  void aStreamFeedsBuffersAndABufferFeedsBuffers() throws Exception {
    Stream stream = new Stream();
    byte[] content = Bytes.pattern(5, 2 * 4096 + 1024);
    stream.write(content, 0, content.length);
    try (LockedBuffer read = LockedBuffer.read(stream.inputStream(), content.length)) {
      assertTrue(read.contentEquals(content));
    }
    assertEquals(-1, stream.inputStream().read());
    stream.write(content, 0, content.length);
    try (LockedBuffer all = LockedBuffer.readAll(stream.inputStream())) {
      assertTrue(all.contentEquals(content));
      LockedBuffer copy =
          all.<LockedBuffer, Exception>withResult(
              view -> LockedBuffer.read(view.inputStream(), content.length));
      assertTrue(copy.contentEquals(all));
      copy.close();
    }
    byte[] delimited = new byte[5000];
    delimited[4999] = 'x';
    stream.write(delimited, 0, 5000);
    try (LockedBuffer until = LockedBuffer.readUntil(stream.inputStream(), (byte) 'x')) {
      assertTrue(until.contentEquals(new byte[4999]));
    }
    assertEquals(0, stream.size());
  }

  @Test
  void freezeAndMeltAreIdempotent() throws PluginException {
    try (LockedBuffer buffer = LockedBuffer.create(8)) {
      buffer.freeze();
      buffer.freeze();
      assertFalse(buffer.isMutable());
      assertTrue(buffer.contentEquals(new byte[8]));
      buffer.melt();
      buffer.melt();
      assertTrue(buffer.isMutable());
      buffer.with(view -> view.put(0, (byte) 2));
      assertEquals((byte) 2, (byte) buffer.withResult(view -> view.get(0)));
    }
  }

  @Test
  void aBufferOfSizeZeroIsOneLikeOthers() throws PluginException {
    LockedBuffer buffer = LockedBuffer.create(0);
    assertTrue(buffer.isAlive());
    assertTrue(buffer.contentEquals(new byte[0]));
    buffer.with(view -> assertThrows(IndexOutOfBoundsException.class, () -> view.get(0)));
    buffer.wipe();
    buffer.scramble();
    buffer.verify();
    buffer.freeze();
    Enclave enclave = buffer.seal();
    assertEquals(0, enclave.size());
    enclave.open().close();
    assertFalse(buffer.isAlive());
  }

  @Test
  void typedViewsOfTooLittleAreEmpty() throws PluginException {
    try (LockedBuffer buffer = LockedBuffer.create(1)) {
      buffer.with(
          view -> {
            assertEquals(0, view.shorts().size() + view.ints().size() + view.longs().size());
            assertThrows(IndexOutOfBoundsException.class, () -> view.shorts().get(0));
            assertThrows(IndexOutOfBoundsException.class, () -> view.shorts().get(-1));
          });
    }
  }

  @Test
  void theKeyIsSplitAnewWhileOthersSealAndOpen() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Race race = new Race();
    for (int thread = 0; thread < 4; thread++) {
      byte[] content = Bytes.pattern(thread, 50);
      race.with(
          () -> {
            while (!stop.get()) {
              try (LockedBuffer opened = Enclave.of(content.clone()).open()) {
                assertTrue(opened.contentEquals(content));
              }
            }
          });
    }
    race.with(
        () -> {
          for (int i = 0; i < 2000; i++) {
            Session.splitCurrentAnew();
          }
          stop.set(true);
        });
    race.run();
  }

  @Test
  void aPurgeMakesANewKey() throws Exception {
    Enclave.random(1);
    byte[][] before = Session.halvesNow();
    Purge.all();
    byte[][] after = Session.halvesNow();
    assertFalse(Arrays.equals(before[0], after[0]));
    assertFalse(Arrays.equals(before[1], after[1]));
    assertFalse(Arrays.equals(after[0], new byte[32]));
  }

  @Test
  void aHundredThreadsReadOneBuffer() throws Exception {
    byte[] content = {0, 1, 2, 3};
    AtomicLong reads = new AtomicLong();
    try (LockedBuffer buffer = LockedBuffer.copyOf(content)) {
      Race race = new Race();
      for (int thread = 0; thread < 100; thread++) {
        race.with(
            () -> {
              for (int i = 0; i < 100; i++) {
                assertTrue(buffer.contentEquals(content));
                reads.incrementAndGet();
              }
            });
      }
      race.run();
    }
    assertEquals(10_000, reads.get());
  }

  @Test
  void aPurgeWithADamagedCanaryReportsAndWipes() throws PluginException {
    AtomicLong heard = new AtomicLong();
    GuardedMemory.onDamage(heard::set);
    LockedBuffer damaged = LockedBuffer.create(33);
    LockedBuffer other = LockedBuffer.create(8);
    long address = Native.addressOf(damaged) - 1;
    damaged.with(view -> Native.poke(address, ~Native.peek(address)));
    damaged.freeze();
    Purge.all();
    assertEquals(33, heard.get());
    assertFalse(damaged.isAlive() || other.isAlive());
    GuardedMemory.onDamage(size -> {});
  }
}
