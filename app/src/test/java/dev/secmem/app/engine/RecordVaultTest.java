package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A record that is not the one that was sealed for its entry is never opened. */
final class RecordVaultTest {
  private static final Key KEY = new Key(7, "name");
  private static final String VALUE = "a value of some length";

  private Parts parts;
  private Entry entry;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    entry = put(KEY, "uid:8");
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void whatWasPutIsOpenedAsOftenAsOneLikes() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(VALUE, open(entry));
    }
    parts.vault.delete(entry);
    assertEquals(PluginException.Reason.NOT_FOUND, failure(entry).reason());
  }

  @Test
  void aRecordHoldsNoPlaintextAndNoTwoAreAlike() throws Exception {
    Entry same = put(KEY, "uid:8");
    byte[] record = record(entry.recordId);
    assertEquals(VALUE.length() + RecordVault.RECORD_OVERHEAD_BYTES, record.length);
    assertFalse(new String(record, StandardCharsets.ISO_8859_1).contains("value"));
    assertNotEquals(Arrays.toString(record), Arrays.toString(record(same.recordId)));
  }

  @Test
  void everyAlteredByteIsNoticed() throws Exception {
    byte[] record = record(entry.recordId);
    for (int i = 0; i < record.length; i++) {
      byte[] altered = record.clone();
      altered[i] ^= 0x20;
      replace(altered);
      assertRefused(entry);
    }
    replace(record);
    assertEquals(VALUE, open(entry), "the control: the record as it was");
  }

  @Test
  void everyOtherLengthIsNoticed() throws Exception {
    byte[] record = record(entry.recordId);
    for (int length = 1; length < record.length; length++) {
      replace(Arrays.copyOf(record, length));
      assertRefused(entry);
    }
    for (int more : new int[] {1, 16, 4096}) {
      replace(Arrays.copyOf(record, record.length + more));
      assertRefused(entry);
    }
  }

  @Test
  void anotherSecretsRecordIsNoticed() throws Exception {
    Entry other = put(new Key(7, "mane"), "uid:8");
    replace(record(other.recordId));
    assertRefused(entry);
  }

  @Test
  void theSameSecretsEarlierRecordIsNoticed() throws Exception {
    Entry next = parts.vault.put(KEY, 1, entry.deadlineNanos, 0, entry.grants, direct(VALUE));
    byte[] earlier = record(entry.recordId);
    parts.store.delete(next.recordId);
    parts.store.put(next.recordId, next.deadlineNanos, ByteBuffer.wrap(earlier));
    assertRefused(next);
  }

  @Test
  void anEntryThatSaysSomethingElseDoesNotOpenIt() throws Exception {
    Grants other = Parts.grants("uid:9");
    List<Entry> lies = new ArrayList<>();
    lies.add(with(new Key(8, "name"), 1, entry.deadlineNanos, 0, entry.grants));
    lies.add(with(new Key(7, "mane"), 1, entry.deadlineNanos, 0, entry.grants));
    lies.add(with(KEY, 2, entry.deadlineNanos, 0, entry.grants));
    lies.add(with(KEY, 1, entry.deadlineNanos + 1, 0, entry.grants));
    lies.add(with(KEY, 1, entry.deadlineNanos, 1, entry.grants));
    lies.add(with(KEY, 1, entry.deadlineNanos, 0, other));
    lies.add(with(KEY, 1, entry.deadlineNanos, 0, Grants.NONE));
    for (Entry lie : lies) {
      assertRefused(lie);
    }
    assertEquals(VALUE, open(with(KEY, 1, entry.deadlineNanos, 0, entry.grants)), "the control");
  }

  @Test
  void nameAndGrantsAreToldApartByTheirLengths() throws Exception {
    Grants grants = Parts.grants("uid:8");
    AssociatedData data = new AssociatedData();
    Entry one = new Entry(new Key(7, "auid:8"), 1, 1, 1, 1, 0, Grants.NONE, entry.dataKey);
    Entry two = new Entry(new Key(7, "a"), 1, 1, 1, 1, 0, grants, entry.dataKey);
    byte[] first = bytes(data.of(one));
    assertFalse(Arrays.equals(first, bytes(data.of(two))));
    assertFalse(Arrays.equals(first, bytes(new AssociatedData().of(one))), "stores differ");
    assertEquals(Arrays.toString(first), Arrays.toString(bytes(data.of(one))));
  }

  @Test
  void aLongListOfGrantsIsBoundToo() throws Exception {
    StringBuilder grants = new StringBuilder("uid:4294967294");
    for (int i = 1; i < 32; i++) {
      grants.append(",uid:").append(4294967294L - i).append("+gid:").append(4294967294L - i);
    }
    Entry large = put(new Key(7, "n".repeat(200)), grants.toString());
    assertEquals(VALUE, open(large));
  }

  private Entry with(Key key, long version, long deadline, int readsLimit, Grants grants) {
    return new Entry(
        key, version, entry.recordId, deadline, entry.sizeBytes, readsLimit, grants, entry.dataKey);
  }

  private Entry put(Key key, String grants) throws Exception {
    return parts.vault.put(key, 1, Long.MAX_VALUE - 1, 0, Parts.grants(grants), direct(VALUE));
  }

  private String open(Entry wanted) throws PluginException {
    ByteBuffer plaintext = ByteBuffer.allocateDirect(wanted.sizeBytes);
    parts.vault.open(wanted, plaintext);
    return StandardCharsets.US_ASCII.decode(plaintext.flip()).toString();
  }

  private PluginException failure(Entry wanted) {
    ByteBuffer plaintext = ByteBuffer.allocateDirect(wanted.sizeBytes);
    PluginException failure =
        assertThrows(PluginException.class, () -> parts.vault.open(wanted, plaintext));
    for (int i = 0; i < plaintext.capacity(); i++) {
      assertEquals(0, plaintext.get(i), "nothing of it is given");
    }
    return failure;
  }

  private void assertRefused(Entry wanted) {
    assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, failure(wanted).reason());
  }

  private byte[] record(long id) throws PluginException {
    byte[][] copy = new byte[1][];
    parts.store.read(id, lent -> copy[0] = bytes(lent));
    return copy[0];
  }

  private void replace(byte[] record) throws PluginException {
    parts.store.delete(entry.recordId);
    parts.store.put(entry.recordId, entry.deadlineNanos, ByteBuffer.wrap(record));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
