package dev.secmem.app.ctl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An object of JSON (RFC 8259) whose values are strings or further objects. The keys on the way to
 * a string, joined by {@code /}, are its name. {@code {"base64": "..."}} stands for bytes that are
 * no text.
 */
final class JsonSecrets {
  private static final int MAX_DEPTH = 32;
  private static final String BASE64 = "base64";

  private final ByteBuffer bytes;
  private final ImportText text;
  private final List<ImportedSecret> secrets = new ArrayList<>();

  private JsonSecrets(ByteBuffer bytes) {
    this.bytes = bytes;
    this.text = new ImportText(bytes);
  }

  /**
   * Reads all of it.
   *
   * @param bytes direct, from 0 to the limit; overwritten: the values are decoded in it
   */
  static List<ImportedSecret> parse(ByteBuffer bytes) throws CtlException {
    JsonSecrets json = new JsonSecrets(bytes);
    json.skipSpace();
    json.readObject("", 0);
    json.skipSpace();
    if (json.text.peek() != ImportText.END) {
      throw json.text.malformed("something follows the object");
    }
    return json.secrets;
  }

  /** Reads an object; {@code path} is empty or ends with a slash. */
  private void readObject(String path, int depth) throws CtlException {
    expect('{', "an object of strings");
    if (depth > MAX_DEPTH) {
      throw text.malformed("objects in objects in objects, too many");
    }
    skipSpace();
    if (text.accept('}')) {
      return;
    }
    int members = 0;
    boolean encoded = false;
    do {
      skipSpace();
      String key = readKey();
      skipSpace();
      expect(':', "':'");
      skipSpace();
      members++;
      encoded = members == 1 && key.equals(BASE64) && text.peek() == '"' && !path.isEmpty();
      readValue(path + key, depth);
      skipSpace();
    } while (text.accept(','));
    expect('}', "',' or '}'");
    if (encoded) {
      decodeLast(path.substring(0, path.length() - 1));
    }
  }

  private void readValue(String name, int depth) throws CtlException {
    if (text.peek() == '{') {
      readObject(name + "/", depth + 1);
    } else if (text.peek() == '"') {
      int from = readString();
      secrets.add(new ImportedSecret(name, from, text.end()));
    } else {
      throw text.malformed("a value that is no string and no object; put it in quotes");
    }
  }

  private String readKey() throws CtlException {
    if (text.peek() != '"') {
      throw text.malformed("expected a key in quotes");
    }
    int from = readString();
    return text.key(from, text.end());
  }

  /** Reads a string; gives where its decoded bytes start. */
  private int readString() throws CtlException {
    int line = text.line();
    text.take();
    int from = text.begin();
    while (!text.accept('"')) {
      int b = text.peek();
      if (b == ImportText.END) {
        throw ImportText.malformed(line, "the string has no end");
      }
      if (b < ' ') {
        throw text.malformed("a control character in a string; write it as an escape");
      }
      text.take();
      if (b == '\\') {
        readEscape();
      } else {
        text.decode(b);
      }
    }
    return from;
  }

  private void readEscape() throws CtlException {
    int b = text.peek() == ImportText.END ? ImportText.END : text.take();
    switch (b) {
      case '"':
      case '\\':
      case '/':
        text.decode(b);
        break;
      case 'b':
        text.decode('\b');
        break;
      case 'f':
        text.decode('\f');
        break;
      case 'n':
        text.decode('\n');
        break;
      case 'r':
        text.decode('\r');
        break;
      case 't':
        text.decode('\t');
        break;
      case 'u':
        decodePoint(readPoint());
        break;
      default:
        throw text.malformed("no escape of JSON");
    }
  }

  private int readPoint() throws CtlException {
    int unit = readUnit();
    if (unit < 0xd800 || unit > 0xdfff) {
      return unit;
    }
    if (unit > 0xdbff || !text.acceptWord("\\u")) {
      throw text.malformed("half of a surrogate pair");
    }
    int low = readUnit();
    if (low < 0xdc00 || low > 0xdfff) {
      throw text.malformed("half of a surrogate pair");
    }
    return 0x10000 + ((unit - 0xd800) << 10) + low - 0xdc00;
  }

  private int readUnit() throws CtlException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int b = text.peek();
      int digit = b == ImportText.END || b > 'f' ? -1 : Character.digit((char) b, 16);
      if (digit < 0) {
        throw text.malformed("an escape needs four hexadecimal digits");
      }
      text.take();
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private void decodePoint(int point) {
    if (point < 0x80) {
      text.decode(point);
    } else if (point < 0x800) {
      text.decode(0xc0 | point >> 6);
      text.decode(0x80 | point & 0x3f);
    } else if (point < 0x10000) {
      text.decode(0xe0 | point >> 12);
      text.decode(0x80 | point >> 6 & 0x3f);
      text.decode(0x80 | point & 0x3f);
    } else {
      text.decode(0xf0 | point >> 18);
      text.decode(0x80 | point >> 12 & 0x3f);
      text.decode(0x80 | point >> 6 & 0x3f);
      text.decode(0x80 | point & 0x3f);
    }
  }

  private void decodeLast(String name) throws CtlException {
    ImportedSecret last = secrets.remove(secrets.size() - 1);
    int end = Base64Input.decode(bytes, last.from, last.to);
    if (end < 0) {
      throw text.malformed("no base64 (RFC 4648, with padding)");
    }
    secrets.add(new ImportedSecret(name, last.from, end));
  }

  private void skipSpace() {
    while (true) {
      int b = text.peek();
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return;
      }
      text.take();
    }
  }

  private void expect(char c, String what) throws CtlException {
    if (!text.accept(c)) {
      throw text.malformed("expected " + what);
    }
  }
}
