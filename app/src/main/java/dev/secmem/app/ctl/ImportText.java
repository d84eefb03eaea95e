package dev.secmem.app.ctl;

import java.nio.ByteBuffer;

/**
 * A text that is read once and decoded in its place: what a piece means is never longer than how it
 * is written, so no value is copied to anywhere else. Messages hold lines' numbers and no text: it
 * may be a secret. Confined.
 */
final class ImportText {
  static final int END = -1;

  private final ByteBuffer text;
  private int at;
  private int decodedTo;
  private int line = 1;

  /** Over a buffer from 0 to its limit, which is overwritten. */
  ImportText(ByteBuffer text) {
    this.text = text;
    if (byteAt(0) == 0xef && byteAt(1) == 0xbb && byteAt(2) == 0xbf) {
      at = 3; // a byte order mark
    }
  }

  private int byteAt(int index) {
    return index < text.limit() ? text.get(index) & 0xff : END;
  }

  /** The next byte, or {@link #END}. */
  int peek() {
    return byteAt(at);
  }

  /** The one after it. */
  int peekSecond() {
    return at < text.limit() ? byteAt(at + 1) : END;
  }

  /** Takes the next byte; not at the end. */
  int take() {
    int b = text.get(at++) & 0xff;
    line += b == '\n' ? 1 : 0;
    return b;
  }

  /** Takes the next byte if it is that one. */
  boolean accept(char expected) {
    if (peek() != expected) {
      return false;
    }
    take();
    return true;
  }

  /** Takes a word if it comes next. */
  boolean acceptWord(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (byteAt(at + i) != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  void skipBlanks() {
    while (peek() == ' ' || peek() == '\t') {
      take();
    }
  }

  /** Begins a piece: gives where its decoded form will start. */
  int begin() {
    decodedTo = at;
    return at;
  }

  /** Adds a byte to the piece; no more of them than were taken since it began. */
  void decode(int b) {
    if (decodedTo >= at) {
      throw new IllegalStateException("a piece cannot grow");
    }
    text.put(decodedTo++, (byte) b);
  }

  /** Where the piece ends. */
  int end() {
    return decodedTo;
  }

  /** Takes the last bytes of the piece back: those that are blanks. */
  int endWithoutBlanks(int from) {
    while (decodedTo > from) {
      int last = byteAt(decodedTo - 1);
      if (last != ' ' && last != '\t' && last != '\r') {
        break;
      }
      decodedTo--;
    }
    return decodedTo;
  }

  /** Whether the piece from there is that word. */
  boolean isPiece(int from, String word) {
    boolean same = decodedTo - from == word.length();
    for (int i = 0; same && i < word.length(); i++) {
      same = byteAt(from + i) == word.charAt(i);
    }
    return same;
  }

  /** A piece that is a key. Each byte becomes one character, so that no name has a wrong one. */
  String key(int from, int to) {
    StringBuilder key = new StringBuilder();
    for (int i = from; i < to; i++) {
      key.append((char) byteAt(i));
    }
    return key.toString();
  }

  int line() {
    return line;
  }

  CtlException malformed(String what) {
    return malformed(line, what);
  }

  static CtlException malformed(int line, String what) {
    return new CtlException(
        ExitCode.FAILED, "line " + line + ": " + what + "; nothing is imported");
  }
}
