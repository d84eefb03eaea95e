package dev.secmem.app.launch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The form in which the kernel shows environments and command lines: each piece ends with NUL. */
final class NulSeparated {
  private NulSeparated() {}

  static List<byte[]> split(byte[] text) {
    List<byte[]> pieces = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == 0) {
        pieces.add(Arrays.copyOfRange(text, start, i));
        start = i + 1;
      }
    }
    return pieces;
  }
}
