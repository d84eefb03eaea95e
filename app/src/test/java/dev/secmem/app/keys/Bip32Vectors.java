package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Test vectors 1 to 4 of BIP 32, and its extended private keys. */
final class Bip32Vectors {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int BYTES = 82;
  private static final String SEED_1 = "000102030405060708090a0b0c0d0e0f";
  private static final String SEED_2 =
      "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a2"
          + "9f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542";
  private static final String SEED_3 =
      "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4ac"
          + "ba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be";
  private static final String SEED_4 =
      "3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678";

  /** A node of vector 1, 2, 3 (leading zeros) or 4 (more of them). */
  record Vector(String seed, String path, String extendedKey) {}

  static final List<Vector> ALL =
      List.of(
          new Vector(
              SEED_1,
              "m",
              "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jP"
                  + "PqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"),
          new Vector(
              SEED_1,
              "m/0'",
              "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1Txv"
                  + "Uxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7"),
          new Vector(
              SEED_1,
              "m/0'/1",
              "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmL"
                  + "nvSxqu53Kw1UmYPxLgboyZQaXwTCg8MSY3H2EU4pWcQDnRnrVA1xe8fs"),
          new Vector(
              SEED_1,
              "m/0'/1/2'",
              "xprv9z4pot5VBttmtdRTWfWQmoH1taj2axGVzFqSb8C9xaxKymcFzXB"
                  + "DptWmT7FwuEzG3ryjH4ktypQSAewRiNMjANTtpgP4mLTj34bhnZX7UiM"),
          new Vector(
              SEED_1,
              "m/0'/1/2'/2",
              "xprvA2JDeKCSNNZky6uBCviVfJSKyQ1mDYahRjijr5idH2WwLsEd4Hs"
                  + "b2Tyh8RfQMuPh7f7RtyzTtdrbdqqsunu5Mm3wDvUAKRHSC34sJ7in334"),
          new Vector(
              SEED_1,
              "m/0'/1/2'/2/1000000000",
              "xprvA41z7zogVVwxVSgdKUHDy1SKmdb533PjDz7J6N6mV6uS3ze1ai8"
                  + "FHa8kmHScGpWmj4WggLyQjgPie1rFSruoUihUZREPSL39UNdE3BBDu76"),
          new Vector(
              SEED_2,
              "m",
              "xprv9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtA"
                  + "LGdso3pGz6ssrdK4PFmM8NSpSBHNqPqm55Qn3LqFtT2emdEXVYsCzC2U"),
          new Vector(
              SEED_2,
              "m/0",
              "xprv9vHkqa6EV4sPZHYqZznhT2NPtPCjKuDKGY38FBWLvgaDx45zo9W"
                  + "QRUT3dKYnjwih2yJD9mkrocEZXo1ex8G81dwSM1fwqWpWkeS3v86pgKt"),
          new Vector(
              SEED_2,
              "m/0/2147483647'",
              "xprv9wSp6B7kry3Vj9m1zSnLvN3xH8RdsPP1Mh7fAaR7aRLcQMKTR2v"
                  + "idYEeEg2mUCTAwCd6vnxVrcjfy2kRgVsFawNzmjuHc2YmYRmagcEPdU9"),
          new Vector(
              SEED_2,
              "m/0/2147483647'/1",
              "xprv9zFnWC6h2cLgpmSA46vutJzBcfJ8yaJGg8cX1e5StJh45BBciYT"
                  + "RXSd25UEPVuesF9yog62tGAQtHjXajPPdbRCHuWS6T8XA2ECKADdw4Ef"),
          new Vector(
              SEED_2,
              "m/0/2147483647'/1/2147483646'",
              "xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDP"
                  + "S3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpCqE2VbFWc"),
          new Vector(
              SEED_2,
              "m/0/2147483647'/1/2147483646'/2",
              "xprvA2nrNbFZABcdryreWet9Ea4LvTJcGsqrMzxHx98MMrotbir7yrK"
                  + "CEXw7nadnHM8Dq38EGfSh6dqA9QWTyefMLEcBYJUuekgW4BYPJcr9E7j"),
          new Vector(
              SEED_3,
              "m",
              "xprv9s21ZrQH143K25QhxbucbDDuQ4naNntJRi4KUfWT7xo4EKsHt2Q"
                  + "JDu7KXp1A3u7Bi1j8ph3EGsZ9Xvz9dGuVrtHHs7pXeTzjuxBrCmmhgC6"),
          new Vector(
              SEED_3,
              "m/0'",
              "xprv9uPDJpEQgRQfDcW7BkF7eTya6RPxXeJCqCJGHuCJ4GiRVLzkTXB"
                  + "AJMu2qaMWPrS7AANYqdq6vcBcBUdJCVVFceUvJFjaPdGZ2y9WACViL4L"),
          new Vector(
              SEED_4,
              "m",
              "xprv9s21ZrQH143K48vGoLGRPxgo2JNkJ3J3fqkirQC2zVdk5Dgd5w1"
                  + "4S7fRDyHH4dWNHUgkvsvNDCkvAwcSHNAQwhwgNMgZhLtQC63zxwhQmRv"),
          new Vector(
              SEED_4,
              "m/0'",
              "xprv9vB7xEWwNp9kh1wQRfCCQMnZUEG21LpbR9NPCNN1dwhiZkjjeGR"
                  + "naALmPXCX7SgjFTiCTT6bXes17boXtjq3xLpcDjzEuGLQBM5ohqkao9G"),
          new Vector(
              SEED_4,
              "m/0'/1'",
              "xprv9xJocDuwtYCMNAo3Zw76WENQeAS6WGXQ55RCy7tDJ8oALr4FWku"
                  + "VoHJeHVAcAqiZLE7Je3vZJHxspZdFHfnBEjHqU5hG1Jaj32dVoS6XLT1"));

  private Bip32Vectors() {}

  /** The private key and the chain code in an extended key, whose checksum must be right. */
  static String keyAndChainCode(String extendedKey) throws GeneralSecurityException {
    BigInteger number = BigInteger.ZERO;
    for (char digit : extendedKey.toCharArray()) {
      number =
          number
              .multiply(BigInteger.valueOf(ALPHABET.length()))
              .add(BigInteger.valueOf(ALPHABET.indexOf(digit)));
    }
    byte[] bytes = number.toByteArray();
    assertEquals(BYTES, bytes.length);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] sum = sha256.digest(sha256.digest(Arrays.copyOf(bytes, BYTES - 4)));
    HexFormat hex = HexFormat.of();
    assertEquals(hex.formatHex(bytes, BYTES - 4, BYTES), hex.formatHex(sum, 0, 4), extendedKey);
    // Version 4, depth 1, fingerprint 4, index 4, chain code 32, a zero and the key.
    return hex.formatHex(bytes, 46, 78) + hex.formatHex(bytes, 13, 45);
  }
}
