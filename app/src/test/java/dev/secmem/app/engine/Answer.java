package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What one request was answered. It takes exactly one answer, as a transport does. */
class Answer implements Reply {
  private ErrorCode code;
  private String text;
  private byte[] body;

  /** A body on its way. */
  private record Prepared(byte[] content) implements Delivery {}

  @Override
  public void ok(CharSequence fields) {
    assertNull(text, "answered already");
    text = fields.toString();
  }

  @Override
  public Delivery prepare(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    return new Prepared(bytes);
  }

  @Override
  public void ok(CharSequence fields, Delivery delivery) {
    ok(fields);
    body = ((Prepared) delivery).content;
  }

  @Override
  public void error(ErrorCode failure, String message) {
    assertNull(text, "answered already");
    assertNotNull(message);
    code = failure;
    text = message;
  }

  /** Null for OK. */
  ErrorCode code() {
    assertNotNull(text, "not answered");
    return code;
  }

  boolean isOk() {
    return code() == null;
  }

  /** The fields or the message. */
  String text() {
    return text;
  }

  byte[] body() {
    return body;
  }

  String bodyText() {
    return new String(body, StandardCharsets.US_ASCII);
  }

  /** The value of a field. */
  String field(String key) {
    assertOk();
    for (String pair : text.split(" ")) {
      if (pair.startsWith(key + "=")) {
        return pair.substring(key.length() + 1);
      }
    }
    throw new AssertionError("no " + key + " in " + text);
  }

  long number(String key) {
    return Long.parseLong(field(key));
  }

  Answer assertOk() {
    assertNull(code(), () -> code + " " + text);
    return this;
  }

  Answer assertOk(String fields) {
    assertOk();
    assertEquals(fields, text);
    return this;
  }

  Answer assertFails(ErrorCode expected) {
    assertEquals(expected, code(), text);
    return this;
  }

  Answer assertFails(ErrorCode expected, String message) {
    assertFails(expected);
    assertEquals(message, text);
    return this;
  }
}
