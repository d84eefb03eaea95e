package dev.secmem.app.keys;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Normalization form KD (Unicode Standard Annex 15) of UTF-8 in native memory. The JDK's {@code
 * Normalizer} takes strings, which would leave a secret on the heap: here it only fills tables of
 * public data, and only for text that is not ASCII.
 */
final class Nfkd {
  /** The most bytes that one byte becomes: U+FDFA's 3 are 33 then. */
  static final int GROWTH = 11;

  // Hangul syllables decompose by arithmetic (The Unicode Standard, section 3.12).
  private static final int SYLLABLE = 0xac00;
  private static final int LEADING = 0x1100;
  private static final int VOWEL = 0x1161;
  private static final int TRAILING = 0x11a7;
  private static final int VOWELS = 21;
  private static final int TRAILINGS = 28;
  private static final int SYLLABLES = 19 * VOWELS * TRAILINGS;

  private final ByteBuffer normalized;
  private final int start;

  private Nfkd(ByteBuffer normalized) {
    this.normalized = normalized;
    this.start = normalized.position();
  }

  /**
   * Normalizes text.
   *
   * @param text borrowed; its position stays
   * @param normalized its position moves; takes at most {@link #GROWTH} times the text
   * @throws CharacterCodingException if the text is not well-formed UTF-8; what was written by then
   *     is the caller's to wipe
   */
  static void normalize(ByteBuffer text, ByteBuffer normalized) throws CharacterCodingException {
    ByteBuffer rest = text.duplicate();
    Nfkd form = new Nfkd(normalized);
    while (rest.hasRemaining()) {
      int codePoint = Utf8.read(rest);
      if (codePoint < 0x80) {
        normalized.put((byte) codePoint);
      } else if (isSyllable(codePoint)) {
        form.appendSyllable(codePoint - SYLLABLE);
      } else {
        form.append(NormalizationTables.get(), codePoint);
      }
    }
  }

  static boolean isSyllable(int codePoint) {
    return codePoint >= SYLLABLE && codePoint < SYLLABLE + SYLLABLES;
  }

  private void appendSyllable(int index) {
    insert(LEADING + index / (VOWELS * TRAILINGS), normalized.position());
    insert(VOWEL + index / TRAILINGS % VOWELS, normalized.position());
    if (index % TRAILINGS != 0) {
      insert(TRAILING + index % TRAILINGS, normalized.position());
    }
  }

  private void append(NormalizationTables tables, int codePoint) {
    int entry = tables.entryOf(codePoint);
    if (entry < 0) {
      appendInOrder(tables, codePoint);
      return;
    }
    for (int i = tables.from(entry); i < tables.to(entry); i++) {
      appendInOrder(tables, tables.part(i));
    }
  }

  /** The canonical ordering algorithm: a mark goes before all marks of a higher class. */
  private void appendInOrder(NormalizationTables tables, int codePoint) {
    int at = normalized.position();
    int rank = tables.rank(codePoint);
    while (rank > 0 && at > start) {
      int before = Utf8.startBefore(normalized, at);
      if (tables.rank(Utf8.at(normalized, before)) <= rank) {
        break;
      }
      at = before;
    }
    insert(codePoint, at);
  }

  private void insert(int codePoint, int at) {
    int length = Utf8.length(codePoint);
    int end = normalized.position();
    if (normalized.remaining() < length) {
      throw new BufferOverflowException();
    }
    for (int i = end - 1; i >= at; i--) {
      normalized.put(i + length, normalized.get(i));
    }
    Utf8.write(codePoint, normalized, at);
    normalized.position(end + length);
  }
}
