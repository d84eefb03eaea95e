package dev.secmem.app.it;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** What implementations of AES-256-GCM derive from a key and keep (FIPS 197, SP 800-38D). */
final class AesSchedule {
  private static final int WORDS = 60;
  private static final int KEY_WORDS = 8;
  private static final int[] SUBSTITUTE = substitutions();

  private AesSchedule() {}

  /** The round keys after the key itself, 208 bytes in the order of FIPS 197. */
  static byte[] encryption(byte[] key) {
    return bytes(words(key), KEY_WORDS, WORDS);
  }

  /**
   * The round keys of the equivalent inverse cipher that differ from the others: rounds 1 to 13.
   */
  static byte[] decryption(byte[] key) {
    int[] words = words(key);
    for (int i = 4; i < WORDS - 4; i++) {
      words[i] = inverseMix(words[i]);
    }
    return bytes(words, 4, WORDS - 4);
  }

  /** The block of zeroes, encrypted. */
  static byte[] hashKey(byte[] key) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      return cipher.doFinal(new byte[16]);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static int[] words(byte[] key) {
    int[] words = new int[WORDS];
    ByteBuffer.wrap(key).asIntBuffer().get(words, 0, KEY_WORDS);
    int constant = 1;
    for (int i = KEY_WORDS; i < WORDS; i++) {
      int word = words[i - 1];
      if (i % KEY_WORDS == 0) {
        word = substitute(Integer.rotateLeft(word, 8)) ^ constant << 24;
        constant = multiply(constant, 2);
      } else if (i % KEY_WORDS == 4) {
        word = substitute(word);
      }
      words[i] = words[i - KEY_WORDS] ^ word;
    }
    return words;
  }

  private static byte[] bytes(int[] words, int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate((to - from) * Integer.BYTES);
    bytes.asIntBuffer().put(words, from, to - from);
    return bytes.array();
  }

  private static int substitute(int word) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      result |= SUBSTITUTE[word >>> shift & 0xFF] << shift;
    }
    return result;
  }

  private static int inverseMix(int word) {
    int[] factors = {14, 11, 13, 9};
    int result = 0;
    for (int row = 0; row < 4; row++) {
      int sum = 0;
      for (int column = 0; column < 4; column++) {
        int value = word >>> 24 - 8 * column & 0xFF;
        sum ^= multiply(value, factors[Math.floorMod(column - row, 4)]);
      }
      result |= sum << 24 - 8 * row;
    }
    return result;
  }

  private static int[] substitutions() {
    int[] table = new int[256];
    for (int value = 0; value < 256; value++) {
      int inverse = 0;
      for (int other = 1; other < 256 && value != 0; other++) {
        inverse = multiply(value, other) == 1 ? other : inverse;
      }
      int result = 0x63;
      for (int turn = 0; turn < 5; turn++) {
        result ^= (inverse << turn | inverse >>> 8 - turn) & 0xFF;
      }
      table[value] = result;
    }
    return table;
  }

  private static int multiply(int left, int right) {
    int product = 0;
    for (int bit = 0, power = left; bit < 8; bit++) {
      product ^= (right >>> bit & 1) * power;
      power = power << 1 ^ (power >>> 7) * 0x11B;
    }
    return product;
  }
}
