package dev.secmem.tck;

import static dev.secmem.tck.Records.assertReason;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.api.store.StoreUsage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * The rules of {@link SecretStore}, one test each. A plugin extends this class and says how to make
 * its provider.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class SecretStoreContract {
  private static final long MAX_BYTES = 32L << 20;

  /** How long a call that must wait is watched; one that does not wait ends at once. */
  private static final long WATCH_MILLIS = 100;

  private final List<SecretStore> opened = new ArrayList<>();

  protected SecretStoreContract() {}

  /** The provider under test. */
  protected abstract SecretStoreProvider provider();

  /**
   * All memory in which the store keeps records, read-only, as it is now; empty if the plugin
   * cannot show it, and then nobody looks for zeroes.
   */
  protected List<ByteBuffer> rawBytes(SecretStore store) {
    return List.of();
  }

  @AfterEach
  public void closeStores() throws Exception {
    Race race = new Race();
    opened.forEach(store -> race.with(store::close));
    race.run();
  }

  @Test
  @Rule("ST-01")
  public void afterCloseEveryMethodThrowsClosed() throws PluginException {
    SecretStore store = open();
    Records.put(store, 1, 64);
    store.close();
    assertReason(Reason.CLOSED, () -> Records.put(store, 2, 64));
    assertReason(Reason.CLOSED, () -> store.read(1, view -> {}));
    assertReason(Reason.CLOSED, () -> store.delete(1));
    assertReason(Reason.CLOSED, () -> store.scan((id, deadline, length) -> {}));
    assertReason(Reason.CLOSED, store::usage);
  }

  @Test
  @Rule("ST-02")
  public void closeWaitsForReadersIsIdempotentAndNeverThrows() throws Exception {
    SecretStore store = open();
    Records.put(store, 1, 4096);
    Race closers = new Race();
    for (int i = 0; i < 2; i++) {
      // An interrupt is no reason to leave early, and must not be swallowed.
      closers.with(
          () -> {
            Thread.currentThread().interrupt();
            store.close();
            assertTrue(Thread.interrupted(), "the interrupt was swallowed");
          });
    }
    Borrower.hold(
        store,
        1,
        () ->
            assertFalse(
                closers.start().endsWithin(WATCH_MILLIS), "close did not wait for the reader"));
    closers.join();
    store.close();
    Random random = Race.random("ST-02");
    for (int round = 0; round < Race.rounds(50); round++) {
      StoreRaces.closeInTheMiddle(open(), random);
    }
  }

  @Test
  @Rule("ST-03")
  public void readersOfOneRecordDoNotExcludeEachOther() throws Exception {
    SecretStore store = open();
    Records.put(store, 1, 64);
    StoreRaces.readersMeet(store, 1, 8);
    StoreRaces.race(store, Race.random("ST-03"), 4, Race.rounds(3_000));
  }

  @Test
  @Rule("ST-04")
  public void putCopiesAndLeavesTheBufferAsItWas() throws PluginException {
    SecretStore store = open();
    byte[] expected = Records.bytes(1, 100);
    long id = 0;
    for (ByteBuffer buffer : List.of(ByteBuffer.allocate(200), ByteBuffer.allocateDirect(200))) {
      for (boolean readOnly : new boolean[] {false, true}) {
        buffer.clear().position(50).put(expected).position(50).limit(150);
        ByteBuffer sealed = readOnly ? buffer.asReadOnlyBuffer() : buffer;
        store.put(++id, 0, sealed);
        assertEquals(50, sealed.position());
        assertEquals(150, sealed.limit());
        buffer.clear().put(new byte[200]);
        assertArrayEquals(expected, Records.read(store, id));
      }
    }
  }

  @Test
  @Rule("ST-05")
  public void readLendsExactlyTheRecord() throws PluginException {
    SecretStore store = open();
    int[] lengths = {1, 2, 31, 32, 33, 63, 64, 65, 96, 1000, 4095, 4096, 65_536, 300_001, 2 << 20};
    for (int length : lengths) {
      Records.put(store, length, length);
    }
    for (int length : lengths) {
      store.read(
          length,
          view -> {
            assertTrue(view.isDirect(), "not direct");
            assertTrue(view.isReadOnly(), "not read-only");
            assertEquals(0, view.position());
            assertEquals(length, view.limit());
            assertEquals(length, view.capacity(), "what lies beyond the record can be reached");
          });
      assertArrayEquals(Records.bytes(length, length), Records.read(store, length));
    }
  }

  @Test
  @Rule("ST-06")
  public void failedPutLeavesNothing() throws PluginException {
    SecretStore store = open();
    Records.put(store, 1, 64);
    StoreUsage before = store.usage();
    ByteBuffer some = ByteBuffer.allocate(8);
    ByteBuffer tooLarge = ByteBuffer.allocate((int) MAX_BYTES + 1);
    assertReason(Reason.NO_SPACE, () -> store.put(2, 0, tooLarge));
    assertReason(Reason.EXISTS, () -> store.put(1, 0, tooLarge));
    assertThrows(IllegalArgumentException.class, () -> store.put(2, 0, ByteBuffer.allocate(0)));
    assertThrows(IllegalArgumentException.class, () -> store.put(0, 0, some));
    assertThrows(NullPointerException.class, () -> store.put(2, 0, null));
    assertThrows(NullPointerException.class, () -> store.read(1, null));
    assertThrows(NullPointerException.class, () -> store.scan(null));
    assertEquals(MAX_BYTES + 1, tooLarge.remaining(), "a refused put moved the position");
    assertEquals(before, store.usage());
    assertEquals(Map.of(1L, 64), Records.scan(store));
    assertReason(Reason.NOT_FOUND, () -> Records.read(store, 2));
    Records.put(store, 2, 64);
    assertArrayEquals(Records.bytes(2, 64), Records.read(store, 2));
  }

  @Test
  @Rule("ST-07")
  public void anIdInUseExistsAndNothingChanges() throws Exception {
    SecretStore store = open();
    Records.put(store, -1, 64);
    assertReason(Reason.EXISTS, () -> store.put(-1, 5, ByteBuffer.allocate(32)));
    assertArrayEquals(Records.bytes(-1, 64), Records.read(store, -1));
    assertEquals(Map.of(-1L, 64), Records.scan(store));
    int rounds = Race.rounds(300);
    for (int round = 1; round <= rounds; round++) {
      StoreRaces.putOneIdTogether(store, round);
    }
    assertEquals(rounds + 1, store.usage().records());
  }

  @Test
  @Rule("ST-08")
  public void readOfAnUnknownIdIsNotFound() throws PluginException {
    SecretStore store = open();
    Records.put(store, 1, 64);
    Records.put(store, 2, 64);
    store.delete(2);
    for (long id : new long[] {0, 2, 3, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32 | 1}) {
      assertReason(
          Reason.NOT_FOUND, () -> store.read(id, view -> assertEquals(0, id, "was called")));
    }
  }

  @Test
  @Rule("ST-09")
  public void deleteOfAnUnknownIdIsFalse() throws Exception {
    SecretStore store = open();
    for (long id : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertFalse(store.delete(id));
    }
    for (long id = 1; id <= Race.rounds(200); id++) {
      long shared = id;
      Records.put(store, id, 64);
      AtomicInteger deleted = new AtomicInteger();
      Race race = new Race();
      for (int i = 0; i < 3; i++) {
        race.with(() -> deleted.addAndGet(store.delete(shared) ? 1 : 0));
      }
      race.run();
      assertEquals(1, deleted.get());
    }
    assertEquals(0, store.usage().records());
  }

  @Test
  @Rule("ST-10")
  public void aFullStoreSaysNoSpaceAndGoesOn() throws Exception {
    long maxBytes = 1 << 20;
    SecretStore store = open(maxBytes);
    List<Long> ids = StoreRaces.fill(store, 1, 1000, maxBytes);
    assertTrue(ids.size() * 1000L > maxBytes / 2, "only " + ids.size() + " records fit");
    for (long id : ids) {
      assertArrayEquals(Records.bytes(id, 1000), Records.read(store, id));
    }
    for (long id : ids) {
      assertTrue(store.delete(id));
    }
    assertReason(Reason.NO_SPACE, () -> Records.put(store, -1, (int) maxBytes + 1));
    Race race = new Race();
    for (int thread = 1; thread <= 4; thread++) {
      long from = thread * 1_000_000L;
      race.with(() -> StoreRaces.fill(store, from, 5000, maxBytes));
    }
    race.run();
    assertTrue(store.usage().recordBytes() > maxBytes / 2, "space was lost");
    for (long id : Records.scan(store).keySet()) {
      assertTrue(store.delete(id));
    }
    Records.put(store, -1, (int) maxBytes / 2);
  }

  @Test
  @Rule("ST-11")
  public void whatACallbackThrowsReachesTheCaller() throws Exception {
    SecretStore store = open();
    Records.put(store, 1, 64);
    PluginException checked = new PluginException(Reason.FAILED, "from the callback");
    RuntimeException unchecked = new RuntimeException("from the callback");
    Error error = new Error("from the callback");
    for (Throwable thrown : List.of(checked, unchecked, error)) {
      Executable read = () -> store.read(1, view -> Records.raise(thrown));
      Executable scan = () -> store.scan((id, deadline, length) -> Records.raise(thrown));
      assertSame(thrown, assertThrows(Throwable.class, read));
      assertSame(thrown, assertThrows(Throwable.class, scan));
      assertArrayEquals(Records.bytes(1, 64), Records.read(store, 1));
    }
    new Race().with(() -> assertTrue(store.delete(1))).run();
    Records.put(store, 2, 64);
    new Race().with(store::close).run();
  }

  @Test
  @Rule("ST-12")
  public void aNestedCallIsRefusedAndNeverADeadlock() throws Exception {
    SecretStore store = open();
    SecretStore other = open();
    for (long id = 1; id <= 2; id++) {
      Records.put(store, id, 64);
      Records.put(other, id, 64);
    }
    Executable[] nested = {
      () -> store.read(1, inner -> {}),
      () -> store.read(2, inner -> {}),
      () -> store.read(3, inner -> {}),
      () -> Records.put(store, 3, 64),
      () -> store.delete(1),
      () -> store.delete(2),
      () -> store.scan((id, deadline, length) -> {}),
      store::usage,
      store::close
    };
    for (Executable call : nested) {
      new Race()
          .with(() -> store.read(1, s -> assertThrows(IllegalStateException.class, call)))
          .with(() -> store.scan((i, d, l) -> assertThrows(IllegalStateException.class, call)))
          .run();
    }
    // Another store is another matter, and the refusals did no harm.
    store.read(1, view -> assertArrayEquals(Records.bytes(2, 64), Records.read(other, 2)));
    assertEquals(Map.of(1L, 64, 2L, 64), Records.scan(store));
    assertTrue(store.delete(1));
  }

  @Test
  @Rule("ST-13")
  public void deleteWipesForgetsAndFrees() throws PluginException {
    long maxBytes = 1 << 20;
    SecretStore store = open(maxBytes);
    Records.put(store, -1, 1);
    boolean visible = !rawBytes(store).isEmpty();
    store.delete(-1);
    for (int length : new int[] {16, 96, 1000, 40_000, 400_000}) {
      byte[] view = Records.bytes(length, length);
      Records.put(store, length, length);
      assertEquals(visible, Memory.contains(rawBytes(store), view), "positive control");
      assertTrue(store.delete(length));
      assertFalse(Memory.contains(rawBytes(store), view), length + " bytes are not wiped");
      assertReason(Reason.NOT_FOUND, () -> Records.read(store, length));
      assertFalse(store.delete(length));
    }
    assertEquals(Map.of(), Records.scan(store));
    assertEquals(0, store.usage().records());
    assertEquals(0, store.usage().recordBytes());
    for (long id = 1; id <= 200; id++) {
      Records.put(store, id, 100_000);
      assertTrue(store.delete(id));
    }
  }

  @Test
  @Rule("ST-14")
  public void deleteWaitsForReadersOfThatRecord() throws Exception {
    SecretStore store = open();
    Records.put(store, 1, 4096);
    Race deleter =
        new Race()
            .with(
                () -> {
                  Thread.currentThread().interrupt();
                  assertTrue(store.delete(1));
                  assertTrue(Thread.interrupted(), "the interrupt was swallowed");
                });
    Borrower.hold(
        store,
        1,
        () ->
            assertFalse(
                deleter.start().endsWithin(WATCH_MILLIS), "delete did not wait for the reader"));
    deleter.join();
    Random random = Race.random("ST-14");
    for (long id = 2; id < 2 + Race.rounds(300); id++) {
      StoreRaces.deleteUnderReaders(store, id, 64 + random.nextInt(20_000));
    }
  }

  @Test
  @Rule("ST-15")
  public void aRecordThatIsBeingWrittenIsNeitherLentNorScanned() throws Exception {
    SecretStore store = open();
    Random random = Race.random("ST-15");
    for (long id = 1; id <= Race.rounds(200); id++) {
      StoreRaces.watchPut(store, id, 1 + random.nextInt(100_000));
      assertTrue(store.delete(id));
    }
    assertNotEquals(0, store.usage().reservedBytes());
  }

  private SecretStore open() throws PluginException {
    return open(MAX_BYTES);
  }

  private SecretStore open(long maxBytes) throws PluginException {
    SecretStore store = provider().open(new StoreOptions(maxBytes));
    opened.add(store);
    assertEquals(0, store.usage().records());
    assertEquals(Map.of(), Records.scan(store));
    return store;
  }
}
