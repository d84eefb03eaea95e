package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.crypto.KeyType;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The texts are those that OpenSSL and OpenSSH write of the same keys. */
final class PublicKeyTextTest {
  /** RFC 8032, 7.1, test 1. */
  private static final byte[] ED25519 =
      hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

  /** SLIP-0010, test vector 1, Nist256p1, chains m and m/0H. */
  private static final byte[] NIST_EVEN =
      hex("0266874dc6ade47b3ecd096745ca09bcd29638dd52c2c12117b11ed3e458cfa9e8");

  private static final byte[] NIST_ODD =
      hex("0384610f5ecffe8fda089363a41f56a5c7ffc1d81b59a612d0d649b2d22355590c");

  /** SLIP-0010, test vector 1, Secp256k1, chain m. */
  private static final byte[] SECP256K1 =
      hex("0339a36013301597daef41fbe593a02cc513d0b55527ec2df1050e2e8ff49c85c2");

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  @Test
  void sshLines() {
    assertEquals(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
            + " secmem:m/74'/0'/1'/0'",
        PublicKeyText.ssh(KeyType.ED25519, ED25519, "secmem:m/74'/0'/1'/0'"));
    assertEquals(
        "ecdsa-sha2-nistp256"
            + " AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGaHTcat5Hs+zQlnRcoJvNKW"
            + "ON1SwsEhF7Ee0+RYz6no3/kVbWe8Jwwj+HVE8h52tJEAfb3hrfN4xrCezDUTG2o= c",
        PublicKeyText.ssh(KeyType.NIST256P1, NIST_EVEN, "c"));
    assertEquals(
        "ecdsa-sha2-nistp256"
            + " AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIRhD17P/o/aCJNjpB9Wpcf/"
            + "wdgbWaYS0NZJstIjVVkMnmjQSya28bKQNKITG/VZMbQlZIVZl4wMTfzIbJye+Bs= c",
        PublicKeyText.ssh(KeyType.NIST256P1, NIST_ODD, "c"));
  }

  @Test
  void secp256k1HasNoSshForm() {
    for (KeyType type : KeyType.values()) {
      assertEquals(type != KeyType.SECP256K1, PublicKeyText.hasSshForm(type));
    }
    assertThrows(
        IllegalArgumentException.class, () -> PublicKeyText.ssh(KeyType.SECP256K1, SECP256K1, "c"));
  }

  @Test
  void pem() {
    assertEquals(
        block("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
        PublicKeyText.pem(KeyType.ED25519, ED25519));
    assertEquals(
        block(
            "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACZodNxq3kez7NCWdFygm80pY43VLC\n"
                + "wSEXsR7T5FjPqeg="),
        PublicKeyText.pem(KeyType.NIST256P1, NIST_EVEN));
    assertEquals(
        block(
            "MDYwEAYHKoZIzj0CAQYFK4EEAAoDIgADOaNgEzAVl9rvQfvlk6AsxRPQtVUn7C3x\n" + "BQ4uj/SchcI="),
        PublicKeyText.pem(KeyType.SECP256K1, SECP256K1));
  }

  private static String block(String base64) {
    return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
  }

  @Test
  void pointsAreThoseOfTheJdk() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    // Enough that coordinates which begin with a zero byte come, too.
    for (int i = 0; i < 1000; i++) {
      KeyPair pair = generator.generateKeyPair();
      var point = ((ECPublicKey) pair.getPublic()).getW();
      byte[] x = coordinate(point.getAffineX());
      byte[] y = coordinate(point.getAffineY());
      byte[] compressed = new byte[33];
      compressed[0] = (byte) (point.getAffineY().testBit(0) ? 3 : 2);
      System.arraycopy(x, 0, compressed, 1, 32);
      byte[] whole = new byte[65];
      whole[0] = 4;
      System.arraycopy(x, 0, whole, 1, 32);
      System.arraycopy(y, 0, whole, 33, 32);
      assertArrayEquals(whole, NistPoint.uncompressed(compressed), () -> point.getAffineX() + "");
    }
  }

  private static byte[] coordinate(BigInteger number) {
    return hex(String.format("%064x", number));
  }

  @Test
  void whatIsNoPointIsRefused() {
    byte[] prefix = NIST_EVEN.clone();
    prefix[0] = 4;
    byte[] tooLarge = new byte[33];
    Arrays.fill(tooLarge, (byte) 0xff);
    tooLarge[0] = 2;
    // No y belongs to x = 1: half of all numbers have none.
    byte[] notOnCurve = new byte[33];
    notOnCurve[0] = 2;
    notOnCurve[32] = 1;
    for (byte[] bad : new byte[][] {prefix, tooLarge, notOnCurve, new byte[32], new byte[0]}) {
      assertThrows(IllegalArgumentException.class, () -> NistPoint.uncompressed(bad));
    }
  }
}
