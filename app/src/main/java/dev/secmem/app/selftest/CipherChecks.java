package dev.secmem.app.selftest;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A published answer of AES-256-GCM, asked of each cipher. */
final class CipherChecks {
  /** Test case 16 of "The Galois/Counter Mode of Operation", McGrew and Viega. */
  private static final String KEY =
      "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

  private static final String ASSOCIATED = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
  private static final String PLAINTEXT =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953"
          + "2fcf0e2449a6b525b16aedf5aa0de657ba637b39";
  private static final String SEALED =
      "cafebabefacedbaddecaf888"
          + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d"
          + "a7b08b1056828838c5f61e6393ba7a0abcc9f662"
          + "76fc6ece0f4e1768cddf8853bb2d551b";

  private CipherChecks() {}

  static List<Check> all(List<CipherProvider> providers) {
    List<Check> checks = new ArrayList<>();
    boolean any = false;
    for (CipherProvider provider : providers) {
      Check check = check(provider);
      any |= check.result() == Check.Result.PASS;
      checks.add(check);
    }
    if (!any) {
      checks.add(Check.fail("cipher", "none works: nothing can be sealed"));
    }
    return checks;
  }

  private static Check check(CipherProvider provider) {
    String what = "cipher " + provider.name();
    if (!provider.availability().isAvailable()) {
      return Check.warn(what, "does not work here: " + provider.availability().reason());
    }
    try (Cipher cipher = provider.create(KnownAnswer.hex(KEY))) {
      ByteBuffer opened = ByteBuffer.allocateDirect(PLAINTEXT.length() / 2);
      cipher.open(KnownAnswer.hex(SEALED), KnownAnswer.hex(ASSOCIATED), opened);
      if (!KnownAnswer.holds(opened, PLAINTEXT)) {
        return Check.fail(what, "a published answer is not met");
      }
      return refusesAltered(cipher)
          ? Check.pass(what, "meets a published answer, refuses it with one bit changed")
          : Check.fail(what, "opened an altered message");
    } catch (PluginException e) {
      return Check.fail(what, "a published answer is not met: " + e.getMessage());
    }
  }

  private static boolean refusesAltered(Cipher cipher) {
    ByteBuffer altered = KnownAnswer.hex(SEALED);
    altered.put(Cipher.NONCE_BYTES, (byte) (altered.get(Cipher.NONCE_BYTES) ^ 1));
    ByteBuffer opened = ByteBuffer.allocateDirect(PLAINTEXT.length() / 2);
    try {
      cipher.open(altered, KnownAnswer.hex(ASSOCIATED), opened);
      return false;
    } catch (PluginException e) {
      return e.reason() == PluginException.Reason.AUTHENTICATION_FAILED;
    }
  }
}
