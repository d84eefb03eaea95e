package dev.secmem.app.ctl;

import java.nio.ByteBuffer;

/** Numbered words in three columns, from native memory to native memory. */
final class WordTable {
  private static final int COLUMNS = 3;

  /** The longest word of BIP39's list has 8 letters. */
  private static final int WORD_BYTES = 8;

  private static final int GAP_BYTES = 3;
  private static final int CELL_BYTES = 4 + WORD_BYTES + GAP_BYTES;
  private static final int MAX_WORDS = 24;

  /** What 24 words take, with an empty line above and below. */
  static final int MAX_BYTES = MAX_WORDS * CELL_BYTES + 2;

  private WordTable() {}

  /**
   * Writes a sentence's words.
   *
   * @param sentence read from position to limit; single blanks between words
   */
  static void write(ByteBuffer sentence, ByteBuffer table) {
    table.put((byte) '\n');
    int number = 1;
    int at = sentence.position();
    while (at < sentence.limit()) {
      int end = at;
      while (end < sentence.limit() && sentence.get(end) != ' ') {
        end++;
      }
      boolean last = number % COLUMNS == 0 || end == sentence.limit();
      table.put((byte) (number < 10 ? ' ' : '0' + number / 10));
      table.put((byte) ('0' + number % 10)).put((byte) '.').put((byte) ' ');
      table.put(sentence.slice(at, end - at));
      for (int i = end - at; !last && i < WORD_BYTES + GAP_BYTES; i++) {
        table.put((byte) ' ');
      }
      if (last) {
        table.put((byte) '\n');
      }
      number++;
      at = end + 1;
    }
    table.put((byte) '\n');
  }
}
