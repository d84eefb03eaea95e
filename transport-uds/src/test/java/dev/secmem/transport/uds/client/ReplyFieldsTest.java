package dev.secmem.transport.uds.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import org.junit.jupiter.api.Test;

class ReplyFieldsTest {
  @Test
  void fieldsInAnyOrderAndUnknownOnes() throws Exception {
    ReplyFields reply = ReplyFields.parse("OK later=x=y version=7 size=0 xversion=9 empty=");
    assertEquals(7, reply.number("version"));
    assertEquals(0, reply.number("size"));
    assertEquals("x=y", reply.text("later"));
    assertEquals("", reply.text("empty"));
    assertNull(reply.text("vers"));
    assertNull(reply.text("owner"));
    assertNull(ReplyFields.parse("OK").text("version"));
    assertNull(ReplyFields.parse("OK later version").text("version"), "no field of that name");
  }

  @Test
  void missingOrMalformedNumbers() throws Exception {
    ReplyFields reply = ReplyFields.parse("OK a=-1 b=1x c= d=18446744073709551616");
    for (String key : new String[] {"a", "b", "c", "d", "e"}) {
      assertEquals(
          Reason.BAD_REPLY,
          assertThrows(SecretClientException.class, () -> reply.number(key)).reason());
    }
  }

  @Test
  void refusals() {
    SecretClientException refused =
        assertThrows(
            SecretClientException.class, () -> ReplyFields.parse("ERR not-found no such key"));
    assertEquals(ErrorCode.NOT_FOUND, refused.code().orElseThrow());
    assertEquals("no such key", refused.getMessage());
    refused = assertThrows(SecretClientException.class, () -> ReplyFields.parse("ERR busy"));
    assertEquals(ErrorCode.BUSY, refused.code().orElseThrow());
    assertEquals("busy", refused.getMessage());
    refused = assertThrows(SecretClientException.class, () -> ReplyFields.parse("ERR brand-new x"));
    assertEquals(ErrorCode.INTERNAL, refused.code().orElseThrow());
  }

  @Test
  void whatIsNoReply() {
    for (String line : new String[] {"", "OKAY", "ok", "HTTP/1.1 400 Bad Request"}) {
      assertEquals(
          Reason.BAD_REPLY,
          assertThrows(SecretClientException.class, () -> ReplyFields.parse(line)).reason());
    }
  }
}
