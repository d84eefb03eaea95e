package dev.secmem.app.keys;

import dev.secmem.api.crypto.Cipher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads one envelope from JSON (RFC 8259) that may be hostile. Strings have no escapes. */
final class EnvelopeReader {
  private static final int MAX_DIGITS = 10;
  private static final int MAX_NAME_BYTES = Envelope.VERSION.length();

  private final ByteBuffer text;
  private int at;
  private int keyVersion = -1;
  private byte[] salt;
  private byte[] iv;
  private int dataFrom = -1;
  private int dataTo;

  /** Reads a buffer from 0 to its limit. */
  EnvelopeReader(ByteBuffer text) {
    this.text = text;
  }

  Envelope read() throws EnvelopeException {
    expect('{');
    do {
      readMember();
    } while (accept(','));
    expect('}');
    skipBlanks();
    if (at != text.limit()) {
      throw bad("there is more after it");
    }
    if (keyVersion < 0 || salt == null || iv == null || dataFrom < 0) {
      throw bad("one of key_version, salt, iv and data is missing");
    }
    return new Envelope(keyVersion, salt, toSealed());
  }

  private void readMember() throws EnvelopeException {
    int from = openString();
    int to = closeString();
    if (to - from > MAX_NAME_BYTES) {
      throw unknown();
    }
    String name = new String(bytes(from, to), StandardCharsets.ISO_8859_1);
    expect(':');
    switch (name) {
      case Envelope.VERSION -> {
        once(keyVersion < 0);
        keyVersion = readVersion();
      }
      case Envelope.SALT -> {
        once(salt == null);
        salt = readBytes(Envelope.SALT_BYTES);
      }
      case Envelope.IV -> {
        once(iv == null);
        iv = readBytes(Cipher.NONCE_BYTES);
      }
      case Envelope.DATA -> {
        once(dataFrom < 0);
        dataFrom = openString();
        dataTo = closeString();
      }
      default -> throw unknown();
    }
  }

  private int readVersion() throws EnvelopeException {
    skipBlanks();
    int from = at;
    long version = 0;
    while (at < text.limit() && at - from <= MAX_DIGITS && isDigit(text.get(at))) {
      version = version * 10 + text.get(at++) - '0';
    }
    boolean leadingZero = at - from > 1 && text.get(from) == '0';
    if (at == from || leadingZero || version > Integer.MAX_VALUE) {
      throw bad("key_version is not a number from 0 to 2147483647");
    }
    return (int) version;
  }

  private byte[] readBytes(int count) throws EnvelopeException {
    int from = openString();
    int to = closeString();
    // The length first: what is hostile is not decoded.
    if (to - from != Base64Text.chars(count) || decode(from, to) != count) {
      throw bad("salt or iv has a wrong length");
    }
    return bytes(from, from + count);
  }

  /** Decodes the data where it is, and moves it to the front, behind the iv. */
  private ByteBuffer toSealed() throws EnvelopeException {
    int length = decode(dataFrom, dataTo);
    if (length < Cipher.TAG_BYTES) {
      throw bad("data is too short");
    }
    text.put(Cipher.NONCE_BYTES, text, dataFrom, length);
    text.put(0, iv);
    return text.slice(0, Cipher.NONCE_BYTES + length);
  }

  private int decode(int from, int to) throws EnvelopeException {
    try {
      return Base64Text.decode(text, from, to - from);
    } catch (IllegalArgumentException e) {
      throw bad("a value is not base64 with padding");
    }
  }

  private byte[] bytes(int from, int to) {
    byte[] bytes = new byte[to - from];
    text.get(from, bytes);
    return bytes;
  }

  private int openString() throws EnvelopeException {
    expect('"');
    return at;
  }

  /** Goes behind the string's end, and returns where its text ends. */
  private int closeString() throws EnvelopeException {
    while (at < text.limit() && text.get(at) != '"') {
      if (text.get(at) == '\\' || text.get(at) < ' ') {
        throw bad("a string has an escape, or more than printable ASCII");
      }
      at++;
    }
    expect('"');
    return at - 1;
  }

  private void expect(char c) throws EnvelopeException {
    if (!accept(c)) {
      throw bad("'" + c + "' is missing");
    }
  }

  private boolean accept(char c) {
    skipBlanks();
    boolean found = at < text.limit() && text.get(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void skipBlanks() {
    while (at < text.limit() && isBlank(text.get(at))) {
      at++;
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private void once(boolean first) throws EnvelopeException {
    if (!first) {
      throw bad("a member is there twice");
    }
  }

  private EnvelopeException unknown() {
    return bad("a member is none of key_version, salt, iv and data");
  }

  private EnvelopeException bad(String what) {
    return new EnvelopeException("not an envelope: " + what + " (before byte " + at + ")");
  }
}
