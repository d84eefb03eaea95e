package dev.secmem.tck;

import static dev.secmem.tck.AesGcmReference.bytes;
import static dev.secmem.tck.AesGcmReference.direct;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of {@link Cipher}, and Project Wycheproof's tests where their file is at hand. */
public abstract class CipherContract {
  private static final int OVERHEAD = Cipher.OVERHEAD_BYTES;
  private static final byte FILLER = 0x5a;

  /** Around the block size, around 4 KiB (a usual scratch) and up to the largest secret. */
  private static final int[] SIZES = {
    0, 1, 15, 16, 17, 64, 4095, 4096, 4097, 8192, 65_536, 1 << 20
  };

  private final byte[] keyBytes = sequence(Cipher.KEY_BYTES);
  private final ByteBuffer key = direct(keyBytes);
  private Cipher cipher;

  /** For subclasses. */
  protected CipherContract() {}

  /** The provider under test. */
  protected abstract CipherProvider provider();

  @BeforeEach
  final void createCipher() throws PluginException {
    Availability availability = provider().availability();
    Capability.require(availability.isAvailable(), availability.reason());
    cipher = provider().create(key);
  }

  @AfterEach
  final void closeCipher() {
    if (cipher != null) {
      cipher.close();
    }
  }

  @Test
  @Rule("CI-01")
  void sealedMessagesAreThoseOfEveryOtherProvider()
      throws PluginException, GeneralSecurityException {
    HexFormat hex = HexFormat.of();
    for (AesGcmReference.KnownAnswer known : AesGcmReference.KNOWN_ANSWERS) {
      byte[] opened =
          open(cipher, hex.parseHex(known.sealed()), hex.parseHex(known.associatedData()));
      assertEquals(known.plaintext(), hex.formatHex(opened));
    }
    for (int size : SIZES) {
      byte[] plaintext = sequence(size);
      byte[] associatedData = sequence(size % 40);
      byte[] sealed = seal(cipher, plaintext, associatedData);
      assertArrayEquals(plaintext, AesGcmReference.open(keyBytes, sealed, associatedData));
      byte[] nonce = sequence(Cipher.NONCE_BYTES);
      byte[] foreign = AesGcmReference.seal(keyBytes, nonce, plaintext, associatedData);
      assertArrayEquals(plaintext, open(cipher, foreign, associatedData));
    }
  }

  @Test
  @Rule("CI-02")
  void closeIsIdempotentAndLeavesTheKeyAlone() {
    cipher.close();
    cipher.close();
    cipher.close();
    assertArrayEquals(keyBytes, bytes(key));
  }

  @Test
  @Rule("CI-03")
  void aClosedCipherRefuses() throws PluginException {
    byte[] sealed = seal(cipher, sequence(20), sequence(3));
    cipher.close();
    assertThrows(IllegalStateException.class, () -> seal(cipher, sequence(20), sequence(3)));
    assertThrows(IllegalStateException.class, () -> open(cipher, sealed, sequence(3)));
  }

  @Test
  @Rule("CI-04")
  void onlyDirectBuffersAreTaken() throws PluginException {
    ByteBuffer heap = ByteBuffer.allocate(100);
    ByteBuffer in = ByteBuffer.allocateDirect(40);
    ByteBuffer out = ByteBuffer.allocateDirect(100);
    ByteBuffer readOnly = out.asReadOnlyBuffer();
    assertIllegal(() -> cipher.seal(heap.slice(0, 40), in, out));
    assertIllegal(() -> cipher.seal(in, heap.slice(0, 40), out));
    assertIllegal(() -> cipher.seal(in, in, heap));
    assertIllegal(() -> cipher.seal(in, in, readOnly));

    ByteBuffer sealed = direct(seal(cipher, sequence(40), sequence(40)));
    ByteBuffer associatedData = direct(sequence(40));
    ByteBuffer heapCopy = ByteBuffer.wrap(bytes(sealed));
    assertIllegal(() -> cipher.open(heapCopy, associatedData, out));
    assertIllegal(() -> cipher.open(sealed, ByteBuffer.wrap(sequence(40)), out));
    assertIllegal(() -> cipher.open(sealed, associatedData, heap));
    assertIllegal(() -> cipher.open(sealed, associatedData, readOnly));

    assertIllegal(() -> provider().create(ByteBuffer.allocate(Cipher.KEY_BYTES)).close());
    assertIllegal(() -> provider().create(direct(sequence(Cipher.KEY_BYTES - 1))).close());
    assertIllegal(() -> provider().create(direct(sequence(Cipher.KEY_BYTES + 1))).close());
  }

  @Test
  @Rule("CI-05")
  void inputIsReadFromPositionToLimitAndStays() throws PluginException {
    for (int size : SIZES) {
      ByteBuffer plaintext = framed(sequence(size)).asReadOnlyBuffer();
      ByteBuffer associatedData = framed(sequence(7)).asReadOnlyBuffer();
      assertTrue(plaintext.isDirect());
      ByteBuffer sealed = ByteBuffer.allocateDirect(size + OVERHEAD);
      cipher.seal(plaintext, associatedData, sealed);
      assertUntouched(sequence(size), plaintext);
      assertUntouched(sequence(7), associatedData);

      ByteBuffer message = framed(bytes(sealed.flip())).asReadOnlyBuffer();
      ByteBuffer opened = ByteBuffer.allocateDirect(size);
      cipher.open(message, associatedData, opened);
      assertUntouched(bytes(sealed), message);
      assertUntouched(sequence(7), associatedData);
      assertArrayEquals(sequence(size), bytes(opened.flip()));
    }
    ByteBuffer framedKey = framed(keyBytes);
    provider().create(framedKey).close();
    assertUntouched(keyBytes, framedKey);
  }

  @Test
  @Rule("CI-06")
  void outputIsWrittenFromThePositionOnWhichMovesByWhatWasWritten() throws PluginException {
    ByteBuffer none = ByteBuffer.allocateDirect(0);
    for (int size : SIZES) {
      ByteBuffer sealed = filled(size + OVERHEAD + 20).position(9);
      int limit = sealed.limit();
      cipher.seal(direct(sequence(size)), none, sealed);
      assertEquals(9 + size + OVERHEAD, sealed.position());
      assertEquals(limit, sealed.limit());
      assertFillerOutside(sealed, 9, size + OVERHEAD);

      ByteBuffer message = sealed.slice(9, size + OVERHEAD);
      ByteBuffer opened = filled(size + 20).position(5);
      cipher.open(message, none, opened);
      assertEquals(5 + size, opened.position());
      assertEquals(size + 20, opened.limit());
      assertFillerOutside(opened, 5, size);
      assertArrayEquals(sequence(size), bytes(opened.slice(5, size)));
    }
  }

  @Test
  @Rule("CI-07")
  void tooLittleRoomLeavesTheOutputAsItWas() throws PluginException {
    ByteBuffer none = ByteBuffer.allocateDirect(0);
    for (int size : SIZES) {
      ByteBuffer plaintext = direct(sequence(size));
      ByteBuffer narrow = filled(size + OVERHEAD + 10);
      narrow.position(3).limit(3 + size + OVERHEAD - 1);
      assertThrows(BufferOverflowException.class, () -> cipher.seal(plaintext, none, narrow));
      assertEquals(3, narrow.position());
      assertFillerOutside(narrow, 0, 0);
      if (size > 0) {
        ByteBuffer sealed = direct(seal(cipher, sequence(size), new byte[0]));
        ByteBuffer small = filled(size + 10);
        small.position(3).limit(3 + size - 1);
        assertThrows(BufferOverflowException.class, () -> cipher.open(sealed, none, small));
        assertEquals(3, small.position());
        assertFillerOutside(small, 0, 0);
      }
    }
  }

  @Test
  @Rule("CI-08")
  void onlyWhatWasSealedWithThisKeyAndThisAssociatedDataOpens() throws PluginException {
    byte[] associatedData = sequence(20);
    byte[] sealed = seal(cipher, sequence(40), associatedData);
    assertArrayEquals(sequence(40), open(cipher, sealed, associatedData), "positive control");
    for (int i = 0; i < sealed.length; i++) {
      assertRefused(cipher, flipped(sealed, i), associatedData);
    }
    for (int i = 0; i < associatedData.length; i++) {
      assertRefused(cipher, sealed, flipped(associatedData, i));
    }
    assertRefused(cipher, sealed, new byte[0]);
    assertRefused(cipher, sealed, Arrays.copyOf(associatedData, 19));
    assertRefused(cipher, sealed, Arrays.copyOf(associatedData, 21));
    for (int length = OVERHEAD; length < sealed.length; length++) {
      assertRefused(cipher, Arrays.copyOf(sealed, length), associatedData);
    }
    assertRefused(cipher, Arrays.copyOf(sealed, sealed.length + 1), associatedData);
    assertRefused(cipher, new byte[sealed.length], associatedData);

    try (Cipher other = provider().create(direct(flipped(keyBytes, 31)))) {
      assertRefused(other, sealed, associatedData);
    }
    assertArrayEquals(
        sequence(40), open(cipher, sealed, associatedData), "refusals must leave no trace");
  }

  @Test
  @Rule("CI-09")
  void whatIsTooShortToBeAMessageIsRefusedAlike() {
    for (int length = 0; length < OVERHEAD; length++) {
      assertRefused(cipher, sequence(length), new byte[0]);
    }
  }

  @Test
  @Rule("CI-10")
  void aFailedOpenLeavesZeroesAndThePosition() throws PluginException {
    for (int size : SIZES) {
      byte[] sealed = seal(cipher, sequence(size), sequence(5));
      // The tag's last byte: everything before it decrypts well.
      assertZeroedAfterRefusal(cipher, flipped(sealed, sealed.length - 1), sequence(5), size);
      assertZeroedAfterRefusal(cipher, sealed, sequence(6), size);
    }
  }

  @Test
  @Rule("CI-11")
  void noncesNeverRepeatUnderOneKey() throws Exception {
    Set<ByteBuffer> nonces = new HashSet<>();
    List<List<ByteBuffer>> perThread =
        inThreads(
            8,
            () -> {
              List<ByteBuffer> own = new ArrayList<>();
              for (int i = 0; i < 1250; i++) {
                own.add(nonceOf(seal(cipher, sequence(3), new byte[0])));
              }
              return own;
            });
    perThread.forEach(nonces::addAll);
    assertEquals(10_000, nonces.size(), "seals of one cipher by 8 threads");
    for (int i = 0; i < 100; i++) {
      try (Cipher another = provider().create(key)) {
        ByteBuffer sealed = ByteBuffer.allocateDirect(OVERHEAD);
        ByteBuffer none = ByteBuffer.allocateDirect(0);
        another.seal(none, none, sealed);
        assertTrue(nonces.add(nonceOf(bytes(sealed.flip()))), "another cipher of the same key");
      }
    }
  }

  @Test
  @Rule("CI-12")
  void nothingIsAMessageToo() throws PluginException {
    byte[] nothing = new byte[0];
    assertArrayEquals(nothing, open(cipher, seal(cipher, nothing, nothing), nothing));
    assertArrayEquals(nothing, open(cipher, seal(cipher, nothing, sequence(9)), sequence(9)));
    assertArrayEquals(sequence(9), open(cipher, seal(cipher, sequence(9), nothing), nothing));
    assertEquals(OVERHEAD, seal(cipher, nothing, nothing).length);
  }

  @Test
  void manyThreadsShareOneCipher() throws Exception {
    inThreads(
        8,
        () -> {
          for (int i = 0; i < 200; i++) {
            int size = (i * 53) % 9000;
            byte[] associatedData = sequence(i % 30);
            byte[] sealed = seal(cipher, sequence(size), associatedData);
            assertArrayEquals(sequence(size), open(cipher, sealed, associatedData));
            assertRefused(cipher, flipped(sealed, sealed.length - 1), associatedData);
          }
          return null;
        });
  }

  /** The caller wipes the key then; a message sealed under the wiped key would be an open one. */
  @Test
  @Rule("CI-13")
  void noCallUsesTheKeyOnceCloseHasReturned() throws Exception {
    for (int round = 0; round < 10; round++) {
      ByteBuffer ownKey = direct(keyBytes);
      Cipher shared = provider().create(ownKey);
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<List<byte[]>>> sealing = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        sealing.add(threads.submit(() -> sealUntil(over, shared)));
      }
      Thread.sleep(2);
      shared.close();
      ownKey.put(0, new byte[Cipher.KEY_BYTES]);
      over.set(true);
      threads.shutdown();
      for (Future<List<byte[]>> each : sealing) {
        for (byte[] sealed : each.get()) {
          AesGcmReference.open(keyBytes, sealed, new byte[0]);
        }
      }
    }
  }

  @Test
  void wycheproofsMessagesOpenOrAreRefusedAsItSays() throws PluginException, IOException {
    Capability.require(
        Files.isReadable(AesGcmVectors.file()),
        "Project Wycheproof's AES-GCM tests are not there: set -Dsecmem.vectors to their folder");
    int valid = 0;
    int invalid = 0;
    for (AesGcmVectors.Vector vector : AesGcmVectors.read()) {
      try (Cipher other = provider().create(direct(vector.key()))) {
        if (vector.valid()) {
          valid++;
          byte[] opened = open(other, vector.sealed(), vector.associatedData());
          assertArrayEquals(vector.plaintext(), opened, "test " + vector.id());
        } else {
          invalid++;
          int size = vector.sealed().length - OVERHEAD;
          assertZeroedAfterRefusal(other, vector.sealed(), vector.associatedData(), size);
        }
      }
    }
    assertTrue(valid > 0 && invalid > 0, "valid " + valid + ", invalid " + invalid);
  }

  /** Seals until the cipher refuses, or else until it is over for one that never does. */
  private static List<byte[]> sealUntil(AtomicBoolean over, Cipher shared) throws PluginException {
    List<byte[]> latest = new ArrayList<>();
    ByteBuffer plaintext = direct(sequence(2000));
    ByteBuffer none = ByteBuffer.allocateDirect(0);
    ByteBuffer sealed = ByteBuffer.allocateDirect(plaintext.remaining() + OVERHEAD);
    try {
      while (!over.get()) {
        shared.seal(plaintext, none, sealed.clear());
        // The latest are those that may have met the close; all of them would fill the heap.
        if (latest.size() == 16) {
          latest.remove(0);
        }
        latest.add(bytes(sealed.flip()));
      }
    } catch (IllegalStateException closed) {
      return latest;
    }
    return latest;
  }

  private static byte[] seal(Cipher cipher, byte[] plaintext, byte[] associatedData)
      throws PluginException {
    ByteBuffer sealed = ByteBuffer.allocateDirect(plaintext.length + OVERHEAD);
    cipher.seal(direct(plaintext), direct(associatedData), sealed);
    return bytes(sealed.flip());
  }

  private static byte[] open(Cipher cipher, byte[] sealed, byte[] associatedData)
      throws PluginException {
    ByteBuffer plaintext = ByteBuffer.allocateDirect(sealed.length);
    cipher.open(direct(sealed), direct(associatedData), plaintext);
    return bytes(plaintext.flip());
  }

  private static void assertRefused(Cipher cipher, byte[] sealed, byte[] associatedData) {
    PluginException refused =
        assertThrows(PluginException.class, () -> open(cipher, sealed, associatedData));
    assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, refused.reason());
  }

  private static void assertZeroedAfterRefusal(
      Cipher cipher, byte[] sealed, byte[] associatedData, int size) {
    ByteBuffer plaintext = filled(size + 20).position(6);
    PluginException refused =
        assertThrows(
            PluginException.class,
            () -> cipher.open(direct(sealed), direct(associatedData), plaintext));
    assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, refused.reason());
    assertEquals(6, plaintext.position());
    assertArrayEquals(new byte[size], bytes(plaintext.slice(6, size)));
    assertFillerOutside(plaintext, 6, size);
  }

  private static void assertIllegal(Misuse misuse) {
    assertThrows(IllegalArgumentException.class, misuse::run);
  }

  private interface Misuse {
    void run() throws PluginException;
  }

  private static void assertUntouched(byte[] content, ByteBuffer framed) {
    assertEquals(4, framed.position());
    assertEquals(4 + content.length, framed.limit());
    assertArrayEquals(content, bytes(framed));
  }

  private static void assertFillerOutside(ByteBuffer buffer, int from, int length) {
    ByteBuffer all = buffer.duplicate().clear();
    for (int i = 0; i < all.capacity(); i++) {
      if (i < from || i >= from + length) {
        assertEquals(FILLER, all.get(i));
      }
    }
  }

  private static <T> List<T> inThreads(int count, Callable<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(Collections.nCopies(count, work))) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  private static ByteBuffer nonceOf(byte[] sealed) {
    return ByteBuffer.wrap(Arrays.copyOf(sealed, Cipher.NONCE_BYTES));
  }

  /** The bytes inside a larger buffer, from position 4 to the limit. */
  private static ByteBuffer framed(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length + 9)
        .put(4, bytes)
        .position(4)
        .limit(4 + bytes.length);
  }

  private static ByteBuffer filled(int size) {
    byte[] filler = new byte[size];
    Arrays.fill(filler, FILLER);
    return direct(filler);
  }

  private static byte[] flipped(byte[] bytes, int index) {
    byte[] copy = bytes.clone();
    copy[index] ^= 1;
    return copy;
  }

  private static byte[] sequence(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
