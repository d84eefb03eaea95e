package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JSON of envelopes: what is read, and what is refused. */
final class EnvelopeTest {
  private static final String SALT = "\"salt\":\"" + base64(32) + "\"";
  private static final String IV = "\"iv\":\"" + base64(12) + "\"";
  private static final String DATA = "\"data\":\"" + base64(20) + "\"";
  private static final String VERSION = "\"key_version\":1";

  @Test
  void everyOrderIsRead() throws EnvelopeException {
    List<List<String>> orders = new ArrayList<>();
    permute(new ArrayList<>(List.of(VERSION, SALT, IV, DATA)), 0, orders);
    assertEquals(24, orders.size());
    for (List<String> order : orders) {
      assertIsRead("{" + String.join(",", order) + "}");
    }
  }

  @Test
  void jsonsBlanksAreAllowedBetweenItsTokens() throws EnvelopeException {
    String json = "{" + String.join(",", VERSION, SALT, IV, DATA) + "}";
    assertIsRead(json + "\n");
    assertIsRead(json + "\r\n \t\n");
    assertIsRead(" \n\t" + json);
    String blank = " \t\r\n ";
    assertIsRead(
        json.replace("{", "{" + blank)
            .replace("\":", "\"" + blank + ":" + blank)
            .replace(",", blank + "," + blank)
            .replace("}", blank + "}"));
  }

  @Test
  void everythingElseIsRefused() {
    String whole = "{" + String.join(",", VERSION, SALT, IV, DATA) + "}";
    List<String> wrong = new ArrayList<>();
    for (int length = 0; length < whole.length(); length++) {
      wrong.add(whole.substring(0, length));
    }
    for (String after : new String[] {"x", "}", ",", "{}", "\u0000", whole, "\n.", "\u000b"}) {
      wrong.add(whole + after);
    }
    Collections.addAll(wrong, "[" + whole + "]", "\ufeff" + whole, "{}", "{,}", "null", "\"\"");
    wrong.add(whole.replace("}", ",}"));
    wrong.add(whole.replace(",", ",,"));
    wrong.add(whole.replace(",", ";"));
    wrong.add(whole.replace(":", "="));
    wrong.add(whole.replace("\"", "'"));
    for (String member : new String[] {VERSION, SALT, IV, DATA}) {
      wrong.add(whole.replace("}", "," + member + "}"));
      wrong.add(whole.replace(member + ",", "").replace("," + member, ""));
      wrong.add(whole.replace(member, member.replaceFirst("_?[a-z]+\"", "other\"")));
      wrong.add(whole.replace(member, member.toUpperCase(java.util.Locale.ROOT)));
      wrong.add(whole.replace(member, "\"\"" + member.substring(member.indexOf(':'))));
      wrong.add(whole.replace(member, member.substring(0, member.indexOf(':') + 1) + "null"));
    }
    wrong.add(whole.replace("}", ",\"note\":\"\"}"));
    wrong.add(whole.replace("}", ",\"" + "n".repeat(100_000) + "\":1}"));
    wrong.forEach(EnvelopeTest::assertIsRefused);
  }

  @Test
  void versionsAreNumbersFrom0To2147483647() throws EnvelopeException {
    for (int version : new int[] {0, 1, 9, 10, Integer.MAX_VALUE}) {
      assertEquals(version, Envelope.parse(withVersion(version + "")).keyVersion());
    }
    for (String wrong :
        new String[] {
          "",
          "-1",
          "+1",
          "00",
          "01",
          "1.0",
          "1e0",
          "1E0",
          "0x1",
          "\"1\"",
          "2147483648",
          "4294967297",
          "99999999999",
          "9".repeat(1000),
          "true",
          "1 1",
          "\u0661"
        }) {
      assertThrows(EnvelopeException.class, () -> Envelope.parse(withVersion(wrong)), wrong);
    }
  }

  @Test
  void base64IsExact() throws EnvelopeException {
    for (String wrong :
        new String[] {
          "\"salt\":\"" + base64(31) + "\"",
          "\"salt\":\"" + base64(33) + "\"",
          "\"salt\":\"\"",
          SALT.replace("=", ""),
          SALT.replace("=", "=="),
          SALT.replaceFirst("A", "\\\\u0041"),
          SALT.replaceFirst("A", "-"),
          SALT.replaceFirst("A", " "),
          SALT.replaceFirst("A", "\u00c1"),
          // Bits behind the last byte.
          SALT.replaceFirst(".=\"", "B=\"")
        }) {
      assertIsRefused("{" + String.join(",", VERSION, wrong, IV, DATA) + "}");
    }
    for (String wrong :
        new String[] {"", base64(11), base64(13), base64(12).substring(1), base64(12) + "\\/"}) {
      assertIsRefused(
          "{" + String.join(",", VERSION, SALT, "\"iv\":\"" + wrong + "\"", DATA) + "}");
    }
    for (String wrong :
        new String[] {
          "",
          base64(15),
          base64(20).replace("=", ""),
          base64(20) + "=",
          base64(20) + "AAAA",
          base64(16).replace("Q==", "R=="),
          "=".repeat(24),
          "A".repeat(23),
          base64(3073) + base64(30),
          "A".repeat(4094) + "==" + base64(300),
          "A".repeat(4096) + "!" + "A".repeat(3)
        }) {
      assertIsRefused(
          "{" + String.join(",", VERSION, SALT, IV, "\"data\":\"" + wrong + "\"") + "}");
    }
    assertEquals(0, Envelope.parse(withData(16)).plaintextBytes());
  }

  @Test
  void dataOfEveryLengthIsDecodedWhereverItStands() throws EnvelopeException {
    for (int length : new int[] {16, 17, 18, 19, 3071, 3072, 3073, 6144, 10_000, 1 << 20}) {
      byte[] bytes = bytes(length);
      String data = "\"data\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"";
      for (List<String> order :
          List.of(List.of(data, VERSION, SALT, IV), List.of(VERSION, SALT, IV, data))) {
        ByteBuffer json = Parts.utf8("xx{" + String.join(",", order) + "}").position(2);
        Envelope envelope = Envelope.parse(json);
        assertEquals(length - 16, envelope.plaintextBytes());
        assertArrayEquals(bytes(32), envelope.salt());
        byte[] sealed = Parts.bytes(envelope.sealed());
        assertArrayEquals(bytes(12), java.util.Arrays.copyOf(sealed, 12));
        assertArrayEquals(bytes, java.util.Arrays.copyOfRange(sealed, 12, sealed.length));
        assertEquals(2, json.position());
        assertEquals("xx", Parts.text(json.slice(0, 2)));
      }
    }
  }

  @Test
  void theMessageTellsNothingOfTheText() {
    String json = "{\"hunter2\":\"hunter2\"}";
    EnvelopeException refusal =
        assertThrows(EnvelopeException.class, () -> Envelope.parse(Parts.utf8(json)));
    assertTrue(refusal.getMessage().startsWith("not an envelope: "), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("hunter"), refusal.getMessage());
  }

  @Test
  void theRoomForJsonIsKnown() {
    assertEquals(152, Envelope.maxJsonBytes(0));
    assertTrue(Envelope.maxJsonBytes(1 << 20) < (1 << 20) * 4 / 3 + 200);
    assertThrows(ArithmeticException.class, () -> Envelope.maxJsonBytes(Integer.MAX_VALUE));
  }

  private static void assertIsRead(String json) throws EnvelopeException {
    Envelope envelope = Envelope.parse(Parts.utf8(json));
    assertEquals(1, envelope.keyVersion());
    assertEquals(4, envelope.plaintextBytes());
    assertArrayEquals(bytes(32), envelope.salt(), json);
  }

  private static void assertIsRefused(String json) {
    assertThrows(EnvelopeException.class, () -> Envelope.parse(Parts.utf8(json)), json);
  }

  private static ByteBuffer withVersion(String version) {
    return Parts.utf8("{" + String.join(",", "\"key_version\":" + version, SALT, IV, DATA) + "}");
  }

  private static ByteBuffer withData(int length) {
    String data = "\"data\":\"" + base64(length) + "\"";
    return Parts.utf8("{" + String.join(",", VERSION, SALT, IV, data) + "}");
  }

  private static void permute(List<String> members, int from, List<List<String>> orders) {
    if (from == members.size()) {
      orders.add(List.copyOf(members));
    }
    for (int i = from; i < members.size(); i++) {
      Collections.swap(members, from, i);
      permute(members, from + 1, orders);
      Collections.swap(members, from, i);
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    return bytes;
  }

  private static String base64(int length) {
    return Base64.getEncoder().encodeToString(bytes(length));
  }
}
