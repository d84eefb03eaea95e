package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading and writing values as JSON. */
final class JsonSecretsTest {

  @Test
  void stringsAndObjects() throws Exception {
    assertEquals("", parsed(" {} \r\n"));
    assertEquals("a=[1]b=[]", parsed("{\"a\":\"1\",\"b\":\"\"}"));
    assertEquals(
        "a/b=[1]a/c/d=[2]e=[3]", parsed("{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}},\"e\":\"3\"}"));
    assertEquals("a/b=[1]", parsed("\357\273\277\t{ \"a/\\u0062\" : \"1\" }"));
    assertEquals("a=[\"\\/\b\f\n\r\t]", parsed("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"));
    assertEquals(
        "a=[\0A\303\251\342\202\254\360\237\230\200]",
        parsed("{\"a\":\"\\u0000\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\"}"));
    assertEquals("a=[\377\303\251]", parsed("{\"a\":\"\377\303\251\"}"), "bytes as they are");
  }

  @Test
  void base64() throws Exception {
    assertEquals("a=[\377\0]b=[]", parsed("{\"a\":{\"base64\":\"/wA=\"},\"b\":{\"base64\":\"\"}}"));
    assertEquals("base64=[x]", parsed("{\"base64\":\"x\"}"), "at the top it is a name");
    assertEquals("a/base64=[x]a/b=[y]", parsed("{\"a\":{\"base64\":\"x\",\"b\":\"y\"}}"));
    assertEquals("a/b=[y]a/base64=[x]", parsed("{\"a\":{\"b\":\"y\",\"base64\":\"x\"}}"));
    assertEquals("a/base64/b=[x]", parsed("{\"a\":{\"base64\":{\"b\":\"x\"}}}"));
    for (String bad :
        new String[] {"x", "/w", "/w=", "/x==", "/wB=", "====", "=AAA", "AA A", "A-_="}) {
      refused("base64", "{\"a\":{\"base64\":\"" + bad + "\"}}");
    }
  }

  @Test
  void refusesTheRestAndRepeatsNothingOfIt() {
    for (String bad :
        new String[] {
          "",
          "\"hunter2\"",
          "[\"hunter2\"]",
          "{",
          "{\"hunter2\"",
          "{\"a\":",
          "{\"a\":\"hunter2",
          "{\"a\":\"hunter2\"",
          "{\"a\":\"hunter2\",",
          "{\"a\":\"hunter2\",}",
          "{\"a\":\"hunter2\"}}",
          "{\"a\":\"hunter2\"} x",
          "{\"a\":1}",
          "{\"a\":null}",
          "{\"a\":true}",
          "{\"a\":[\"hunter2\"]}",
          "{a:\"hunter2\"}",
          "{'a':'hunter2'}",
          "{\"a\" \"hunter2\"}",
          "{\"a\":\"hunter2\n\"}",
          "{\"a\":\"\\x\"}",
          "{\"a\":\"\\u12\"}",
          "{\"a\":\"\\u12g4\"}",
          "{\"a\":\"\\u+123\"}",
          "{\"a\":\"\\ud83d\"}",
          "{\"a\":\"\\ud83dx\"}",
          "{\"a\":\"\\ud83d\\u0041\"}",
          "{\"a\":\"\\ude00\"}",
          "{\"a\":\"\\",
          "{\"a\":\"\\u",
          "{\"a\":{\"b\":\"hunter2\"}",
          "{\"a\":".repeat(40) + "\"hunter2\"" + "}".repeat(40)
        }) {
      refused("line 1", bad);
    }
    refused("line 3", "{\n\"a\":\"1\",\n\"b\":2}");
  }

  @Test
  void everyValueThatIsWrittenIsReadAgain() throws Exception {
    Random random = new Random(29);
    for (int i = 0; i < 3000; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(i % 100 == 0 ? 9000 : 12); length > 0; length--) {
        value.append(
            random.nextInt(3) > 0
                ? "\"\\\n\0\037\177a\303\251".charAt(random.nextInt(9))
                : (char) random.nextInt(256));
      }
      String expected = value.toString();
      String written = written(expected);
      assertEquals(isUtf8(expected), !written.startsWith("{"), written);
      assertEquals("k=[" + expected + "]", parsed("{\"k\": " + written + "}"));
    }
  }

  @Test
  void utf8IsJudgedAsTheJdkDoes() {
    Random random = new Random(31);
    int good = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = 1 + random.nextInt(4); length > 0; length--) {
        text.append(
            (char) (random.nextInt(4) > 0 ? 0x80 + random.nextInt(0x80) : random.nextInt(0x80)));
      }
      boolean expected = isUtf8(text.toString());
      good += expected ? 1 : 0;
      assertEquals(expected, JsonValue.isUtf8(Native.direct(text.toString())), text::toString);
    }
    assertTrue(good > 1000, "only " + good);
  }

  @Test
  void base64IsDecodedAsTheJdkDoes() {
    Random random = new Random(37);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(50)];
      random.nextBytes(bytes);
      String text = Base64.getEncoder().encodeToString(bytes);
      ByteBuffer direct = Native.direct("x" + text);
      int end = Base64Input.decode(direct, 1, direct.limit());
      assertEquals(Native.latin(bytes), Native.text(direct.slice(1, end - 1)));
    }
  }

  private static String written(String value) throws Exception {
    try (LockedBytes target = LockedBytes.withRoomFor(1)) {
      JsonValue.add(Native.direct(value), target);
      return Native.text(target.all());
    }
  }

  private static boolean isUtf8(String latin) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Native.latin(latin)));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String parsed(String text) throws CtlException {
    ByteBuffer bytes = Native.direct(text);
    StringBuilder parsed = new StringBuilder();
    for (ImportedSecret secret : JsonSecrets.parse(bytes)) {
      String value = Native.text(bytes.slice(secret.from, secret.to - secret.from));
      parsed.append(secret.key).append("=[").append(value).append(']');
    }
    return parsed.toString();
  }

  private static void refused(String message, String text) {
    CtlException e =
        assertThrows(CtlException.class, () -> JsonSecrets.parse(Native.direct(text)), text);
    assertTrue(e.getMessage().contains(message), e.getMessage() + " for " + text);
    assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
  }
}
