package dev.secmem.app.ctl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of variables, a {@code KEY=VALUE} each: comments, {@code export} before a key, single
 * quotes (nothing is special in them), double quotes (backslash escapes n r t \ " $ `), values over
 * several lines in either. Nothing is expanded: a {@code $} is a {@code $}.
 */
final class Dotenv {
  private final ImportText text;
  private final List<ImportedSecret> secrets = new ArrayList<>();

  private Dotenv(ImportText text) {
    this.text = text;
  }

  /**
   * Reads all of it.
   *
   * @param bytes direct, from 0 to the limit; overwritten: the values are decoded in it
   */
  static List<ImportedSecret> parse(ByteBuffer bytes) throws CtlException {
    Dotenv dotenv = new Dotenv(new ImportText(bytes));
    while (dotenv.text.peek() != ImportText.END) {
      dotenv.readLine();
    }
    return dotenv.secrets;
  }

  private void readLine() throws CtlException {
    text.skipBlanks();
    if (isLineEnd()) {
      endLine();
      return;
    }
    if (text.peek() == '#') {
      skipComment();
      return;
    }
    int from = readKey();
    if (text.isPiece(from, "export") && isBlank(text.peek())) {
      text.skipBlanks();
      from = readKey();
    }
    int to = text.end();
    text.skipBlanks();
    if (from == to || !text.accept('=')) {
      throw text.malformed("no KEY=VALUE; a value of several lines needs quotes");
    }
    // Only now: a line that is no KEY=VALUE may be a piece of a value, and is made no String.
    String key = text.key(from, to);
    boolean blank = isBlank(text.peek());
    text.skipBlanks();
    int quote = text.peek();
    if (quote == '\'' || quote == '"') {
      readQuoted(key, quote);
    } else {
      readPlain(key, blank);
    }
  }

  /** Takes what can be a key; gives where it starts. */
  private int readKey() {
    int from = text.begin();
    while (isKeyByte(text.peek(), text.end() == from)) {
      text.decode(text.take());
    }
    return from;
  }

  private static boolean isKeyByte(int b, boolean first) {
    boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_';
    return letter || !first && (b >= '0' && b <= '9' || b == '.' || b == '-');
  }

  private void readQuoted(String key, int quote) throws CtlException {
    int line = text.line();
    text.take();
    int from = text.begin();
    while (text.peek() != quote) {
      if (text.peek() == ImportText.END) {
        throw ImportText.malformed(line, "the quote has no end");
      }
      int b = text.take();
      if (b == '\\' && quote == '"') {
        readEscape();
      } else {
        text.decode(b);
      }
    }
    int to = text.end();
    text.take();
    secrets.add(new ImportedSecret(key, from, to));
    text.skipBlanks();
    if (text.peek() == '#') {
      skipComment();
    } else if (isLineEnd()) {
      endLine();
    } else {
      throw text.malformed("something follows the closing quote");
    }
  }

  /** What follows a backslash that was taken; one before anything else is itself. */
  private void readEscape() {
    switch (text.peek()) {
      case 'n':
        text.take();
        text.decode('\n');
        break;
      case 'r':
        text.take();
        text.decode('\r');
        break;
      case 't':
        text.take();
        text.decode('\t');
        break;
      case '\\':
      case '"':
      case '$':
      case '`':
        text.decode(text.take());
        break;
      default:
        text.decode('\\');
        break;
    }
  }

  /** A {@code #} begins a comment only after a blank: it may well be a part of a password. */
  private void readPlain(String key, boolean afterBlank) {
    boolean blank = afterBlank;
    int from = text.begin();
    while (!isLineEnd() && !(blank && text.peek() == '#')) {
      blank = isBlank(text.peek());
      text.decode(text.take());
    }
    secrets.add(new ImportedSecret(key, from, text.endWithoutBlanks(from)));
    skipComment();
  }

  private void skipComment() {
    while (!isLineEnd()) {
      text.take();
    }
    endLine();
  }

  private boolean isLineEnd() {
    int b = text.peek();
    return b == '\n' || b == ImportText.END || b == '\r' && text.peekSecond() == '\n';
  }

  private void endLine() {
    text.accept('\r');
    text.accept('\n');
  }

  private static boolean isBlank(int b) {
    return b == ' ' || b == '\t';
  }
}
