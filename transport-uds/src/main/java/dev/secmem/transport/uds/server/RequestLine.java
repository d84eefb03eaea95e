package dev.secmem.transport.uds.server;

/**
 * A request line taken apart (docs/PROTOCOL.md, {@code request}).
 *
 * @param text the line without its LF: printable ASCII, as the reader ensures
 * @param ends where each word ends
 */
record RequestLine(String text, int[] ends) {

  /** Null if the line is empty, begins or ends with a space, or has two spaces in a row. */
  static RequestLine parse(String text) {
    int words = 1;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == ' ') {
        words++;
      }
    }
    int[] ends = new int[words];
    int start = 0;
    for (int word = 0; word < words; word++) {
      int space = text.indexOf(' ', start);
      int end = space < 0 ? text.length() : space;
      if (end == start) {
        return null;
      }
      ends[word] = end;
      start = end + 1;
    }
    return new RequestLine(text, ends);
  }

  /** The words before the first space of a line of any form. */
  static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  int words() {
    return ends.length;
  }

  String word(int index) {
    return text.substring(index == 0 ? 0 : ends[index - 1] + 1, ends[index]);
  }
}
