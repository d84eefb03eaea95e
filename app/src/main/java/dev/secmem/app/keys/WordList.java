package dev.secmem.app.keys;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The 2048 English words of BIP39, in alphabetical order. Read when they are first used: an agent
 * without a mnemonic never has them in memory. Public, so they may be on the heap.
 */
final class WordList {
  /** Checked here as in the build: another list would make mnemonics that nothing else accepts. */
  static final String SHA256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda";

  static final int SIZE = 2048;
  static final int MAX_WORD_BYTES = 8;

  private static final String RESOURCE = "english.txt";

  /** Each word, ended by a line feed. */
  private final byte[] text;

  /** Where each word begins, and one more for the end. */
  private final short[] starts = new short[SIZE + 1];

  private WordList(byte[] text) {
    this.text = text;
    int word = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        starts[++word] = (short) (i + 1);
      }
    }
  }

  static WordList english() {
    return Holder.ENGLISH;
  }

  /**
   * Finds a word, whose capital letters count as small ones. Makes no copy of it.
   *
   * @param sentence borrowed; read from {@code from} to {@code to}
   * @return its index, or -1
   */
  int indexOf(ByteBuffer sentence, int from, int to) {
    int low = 0;
    int high = SIZE - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(middle, sentence, from, to);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Writes a word at the buffer's position, which moves. */
  void write(int index, ByteBuffer target) {
    target.put(text, starts[index], starts[index + 1] - 1 - starts[index]);
  }

  private int compare(int index, ByteBuffer sentence, int from, int to) {
    int length = starts[index + 1] - 1 - starts[index];
    for (int i = 0; i < length && from + i < to; i++) {
      int order = text[starts[index] + i] - small(sentence.get(from + i));
      if (order != 0) {
        return order;
      }
    }
    return length - (to - from);
  }

  private static int small(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
  }

  private static WordList read() {
    try (InputStream resource = WordList.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the list of words is missing");
      }
      byte[] text = resource.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      if (!MessageDigest.isEqual(digest, HexFormat.of().parseHex(SHA256))) {
        throw new IllegalStateException("the list of words is not BIP39's");
      }
      return new WordList(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static final class Holder {
    static final WordList ENGLISH = read();
  }
}
