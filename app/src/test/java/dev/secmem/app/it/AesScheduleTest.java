package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The scan's own tool: a wrong schedule would never be found anywhere. */
class AesScheduleTest {
  /** FIPS 197, A.3. */
  private static final byte[] KEY =
      HexFormat.of().parseHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");

  @Test
  void roundKeysAreThoseOfTheStandard() {
    byte[] words = AesSchedule.encryption(KEY);
    assertEquals(208, words.length);
    assertEquals("9ba354118e6925afa51a8b5f2067fcde", hex(words, 0));
    assertEquals("fe4890d1e6188d0b046df344706c631e", hex(words, 192));
  }

  /** FIPS 197, C.3: the rounds of the equivalent inverse cipher, last first. */
  @Test
  void roundKeysForDecryptionAreThoseOfTheStandard() {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    byte[] words = AesSchedule.decryption(key);
    assertEquals("1a1f181d1e1b1c191217101516131411", hex(words, 0));
    assertEquals("34f1d1ffbfceaa2ffce9e25f2558016e", hex(words, words.length - 16));
  }

  private static String hex(byte[] bytes, int from) {
    return HexFormat.of().formatHex(Arrays.copyOfRange(bytes, from, from + 16));
  }
}
