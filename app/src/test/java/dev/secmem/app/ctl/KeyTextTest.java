package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The small parts of the commands on keys. */
final class KeyTextTest {

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
  }

  @Test
  void hexAgreesWithTheJdk() {
    Random random = new Random(5);
    for (int length = 0; length < 100; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ByteBuffer to = ByteBuffer.allocateDirect(2 * length);
      HexOutput.encode(ByteBuffer.allocateDirect(length).put(bytes).flip(), to);
      assertEquals(HexFormat.of().formatHex(bytes), text(to.flip()));
    }
  }

  @Test
  void jsonStringsAreReadBack() {
    for (String text : new String[] {"", "example.com", "a\"b\\c\n\u0001\u00fc\u20ac"}) {
      assertEquals(Map.of("k", text), Json.object("{\"k\":" + JsonText.quoted(text) + "}"));
    }
  }

  @Test
  void wordsAndPassphraseAreTwoLines() throws Exception {
    try (Value both = SecretLines.join(direct("legal winner"), direct("pass word "))) {
      assertEquals("legal winner\npass word ", text(both.bytes()));
    }
    try (Value words = SecretLines.join(direct("legal winner"), direct(""))) {
      assertEquals("legal winner", text(words.bytes()));
    }
  }

  @Test
  void wordsAreNumberedInColumns() {
    StringBuilder sentence = new StringBuilder();
    for (int i = 1; i <= 24; i++) {
      sentence.append(i > 1 ? " " : "").append(i % 5 == 0 ? "abstract" : "act");
    }
    ByteBuffer table = ByteBuffer.allocateDirect(WordTable.MAX_BYTES);
    WordTable.write(direct(sentence.toString()), table);
    String[] lines = text(table.flip()).split("\n", -1);
    assertEquals("", lines[0]);
    assertEquals(" 1. act         2. act         3. act", lines[1]);
    assertEquals(" 4. act         5. abstract    6. act", lines[2]);
    assertEquals("22. act        23. act        24. act", lines[8]);
    assertEquals(11, lines.length, "an empty line, and nothing after its newline");

    ByteBuffer most = ByteBuffer.allocateDirect(WordTable.MAX_BYTES);
    WordTable.write(direct("abstract ".repeat(23) + "abstract"), most);
  }

  @Test
  void onlyTheLastNewlineIsDropped() {
    for (String[] pair :
        new String[][] {{"", ""}, {"\n", ""}, {"a\n", "a"}, {"a\n\n", "a\n"}, {"a ", "a "}}) {
      ByteBuffer bytes = direct(pair[0]);
      SecretLines.dropNewline(bytes);
      assertEquals(pair[1], text(bytes));
    }
  }

  @Test
  void comparesWithinPositionAndLimit() {
    assertTrue(SecretLines.equal(direct("same"), direct("same")));
    assertTrue(SecretLines.equal(direct(""), direct("")));
    assertFalse(SecretLines.equal(direct("same"), direct("sane")));
    assertFalse(SecretLines.equal(direct("same"), direct("sam")));
    assertTrue(SecretLines.equal(direct("xsame").position(1), direct("samey").limit(4)));
    assertFalse(SecretLines.equal(direct("xsame").position(1), direct("xsam")));
  }

  @Test
  void theLocksStateIsInTheStatus() throws Exception {
    assertEquals(
        new LockState(true, true),
        LockState.of("{\"protocol\":1,\"locked\":true,\"root\":\"mnemonic\",\"more\":{}}\n"));
    assertEquals(
        new LockState(false, false), LockState.of("{\"locked\":false,\"root\":\"random\"}"));
    assertThrows(CtlException.class, () -> LockState.of("locked"));
  }

  @Test
  void aPauseIsToldInSeconds() {
    assertEquals(
        "not the key; try again in 2 s", KeyFailures.wrongKey("retry_ms=1001 not the key"));
    assertEquals(
        "not the key; try again in 60 s", KeyFailures.wrongKey("retry_ms=60000 not the key"));
    assertEquals("wrong key; try again in 1 s", KeyFailures.wrongKey("retry_ms=0"));
    assertEquals("not the key", KeyFailures.wrongKey("not the key"));
    assertEquals("retry_ms=soon x", KeyFailures.wrongKey("retry_ms=soon x"));
  }

  @Test
  void refusalsSayWhatToDoWithKeys() {
    assertEquals(5, told(ErrorCode.WRONG_KEY, "retry_ms=9 no").exitCode());
    CtlException denied = told(ErrorCode.DENIED, "not yours");
    assertEquals(5, denied.exitCode());
    assertTrue(denied.getMessage().contains("--keys-uid"));
    assertEquals(
        "start it with --allow-derive",
        told(ErrorCode.DENIED, "start it with --allow-derive").getMessage());
    assertEquals("no root", told(ErrorCode.CONFLICT, "no root").getMessage());
    assertNull(told(ErrorCode.LOCKED, "locked"));
    assertNull(
        KeyFailures.told(
            new SecretClientException(SecretClientException.Reason.NO_AGENT, "none", null)));
  }

  private static CtlException told(ErrorCode code, String message) {
    return KeyFailures.told(new SecretClientException(code, message));
  }
}
