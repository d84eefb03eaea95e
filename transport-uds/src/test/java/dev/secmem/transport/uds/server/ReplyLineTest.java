package dev.secmem.transport.uds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Reply lines by docs/PROTOCOL.md, byte by byte. */
final class ReplyLineTest {
  private final ReplyLine line = new ReplyLine();

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }

  @Test
  void repliesToPutAndGetAndOfNoVerbAreShort() {
    for (Verb verb : Verb.values()) {
      boolean isShort = verb == Verb.PUT || verb == Verb.GET;
      assertEquals(isShort ? 128 : 4096, ReplyLine.limitFor(verb), verb.name());
    }
    assertEquals(128, ReplyLine.limitFor(null));
  }

  @Test
  void okHasItsFieldsOrNoneAndTheLimitCountsTheEnd() {
    assertEquals("OK\n", text(line.ok("", 128)));
    assertEquals("OK version=1\n", text(line.ok("version=1", 128)));
    String most = "x".repeat(124);
    assertEquals("OK " + most + "\n", text(line.ok(most, 128)));
    assertThrows(IllegalArgumentException.class, () -> line.ok(most + "x", 128));
    assertEquals("OK a ~\n", text(line.ok("a ~", 128)));
    for (char c : new char[] {0x1f, 0x7f, '\n', 0xfc}) {
      assertThrows(IllegalArgumentException.class, () -> line.ok("a" + c, 128));
    }
  }

  @Test
  void anErrorIsCutToItsLimitAndHasNoOtherCharacters() {
    assertEquals(
        "ERR not-found no such key\n", text(line.error(ErrorCode.NOT_FOUND, "no such key", 128)));
    assertEquals("ERR busy no message\n", text(line.error(ErrorCode.BUSY, "", 128)));
    assertEquals("ERR busy a?b?c ~\n", text(line.error(ErrorCode.BUSY, "a\nb\u00fcc ~", 128)));
    String cut = text(line.error(ErrorCode.BUSY, "y".repeat(5000), 128));
    assertEquals("ERR busy " + "y".repeat(128 - 10) + "\n", cut);
    assertEquals(4096, text(line.error(ErrorCode.BUSY, "y".repeat(5000), 4096)).length());
    assertEquals("OK a\n", text(line.ok("a", 4096)), "nothing of the one before is left");
  }
}
