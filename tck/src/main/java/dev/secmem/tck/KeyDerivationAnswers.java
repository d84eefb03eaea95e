package dev.secmem.tck;

import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.KeyType;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Published answers of the functions of key derivation, typed in. */
final class KeyDerivationAnswers {
  private KeyDerivationAnswers() {}

  /** An HMAC, or a hash with an empty key. */
  record Hash(byte[] key, byte[] message, String answer) {}

  record Pbkdf2(String password, String salt, int iterations, String answer) {}

  record Hkdf(byte[] keyMaterial, byte[] salt, byte[] info, String answer) {}

  record Argon2(byte[] password, byte[] salt, Argon2Parameters parameters, String answer) {}

  record PublicKey(KeyType type, String privateKey, String answer) {}

  record Signature(String privateKey, String publicKey, String message, String answer) {}

  /** FIPS 180-4's examples. */
  static final List<Hash> SHA256 =
      List.of(
          hash("", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
          hash("", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
          hash(
              "",
              "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
          hash(
              "",
              "a".repeat(1_000_000),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));

  /** RFC 4231's cases but the truncated one; then nothing under no key. */
  static final List<Hash> HMAC_SHA512 =
      List.of(
          new Hash(
              repeat(0x0b, 20),
              ascii("Hi There"),
              "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                  + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
          hash(
              "Jefe",
              "what do ya want for nothing?",
              "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                  + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
          new Hash(
              repeat(0xaa, 20),
              repeat(0xdd, 50),
              "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
                  + "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"),
          new Hash(
              sequence(1, 25),
              repeat(0xcd, 50),
              "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
                  + "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"),
          new Hash(
              repeat(0xaa, 131),
              ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
              "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                  + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"),
          new Hash(
              repeat(0xaa, 131),
              ascii(
                  "This is a test using a larger than block-size key and a larger than block-size"
                      + " data. The key needs to be hashed before being used by the HMAC"
                      + " algorithm."),
              "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
                  + "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"),
          hash(
              "",
              "",
              "b936cee86c9f87aa5d3c6f2e84cb5a4239a5fe50480a6ec66b70ab5b1f4ac673"
                  + "0c6c515421b327ec1d69402e53dfb49ad7381eb067b338fd7b0cb22247225d47"));

  /** RFC 6070's inputs with SHA-512, as Python's hashlib answers. */
  static final List<Pbkdf2> PBKDF2_HMAC_SHA512 =
      List.of(
          new Pbkdf2(
              "password",
              "salt",
              1,
              "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"
                  + "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"),
          new Pbkdf2(
              "password",
              "salt",
              2,
              "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c"
                  + "f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e"),
          new Pbkdf2(
              "password",
              "salt",
              4096,
              "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
                  + "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"),
          new Pbkdf2(
              "passwordPASSWORDpassword",
              "saltSALTsaltSALTsaltSALTsaltSALTsalt",
              4096,
              "8c0511f4c6e597c6ac6315d8f0362e225f3c501495ba23b868c005174dc4ee71"
                  + "115b59f9e60cd9532fa33e0f75aefe30225c583a186cd82bd4daea9724a3d3b8"));

  /** RFC 5869's first three inputs with SHA-512, composed of Python's hmac. */
  static final List<Hkdf> HKDF_SHA512 =
      List.of(
          new Hkdf(
              repeat(0x0b, 22),
              sequence(0, 13),
              sequence(0xf0, 10),
              "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925"
                  + "d7cb"),
          new Hkdf(
              sequence(0, 80),
              sequence(0x60, 80),
              sequence(0xb0, 80),
              "ce6c97192805b346e6161e821ed165673b84f400a2b514b2fe23d84cd189ddf1b695b48cbd1c8388"
                  + "441137b3ce28f16aa64ba33ba466b24df6cfcb021ecff235f6a2056ce3af1de44d572097a8"
                  + "505d9e7a93"),
          new Hkdf(
              repeat(0x0b, 22),
              new byte[0],
              new byte[0],
              "f5fa02b18298a72a8c23898a8703472c6eb179dc204c03425c970e3b164bf90fff22d04836d0e234"
                  + "3bac"));

  /** The first two are of libargon2's own tests, the others were computed with libargon2. */
  static final List<Argon2> ARGON2ID =
      List.of(
          argon2(2, 256, 1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
          argon2(2, 256, 2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
          new Argon2(new byte[0], ascii("saltsalt"), new Argon2Parameters(1, 8, 1), "477bbdbc"),
          new Argon2(
              sequence(0, 100),
              sequence(0, 32),
              new Argon2Parameters(3, 100, 3),
              "0774a3b2cb7392016b5cddc607cc4f6a53603af3801b7095d3482240fcc3733356b020aaf9e7467c"
                  + "0aa7ae0770c72b906db4a00a5d0e50eb360549f3bb9567be4030dc10bbd8ae5f9a0458365e"
                  + "0f724588910d32c24d5db55a2d7cdb49df2e52f84f9c72"),
          argon2(3, 65_536, 4, "661fefbd6f29bcbc8f4646abc32a9d7a4645bb5c059537f8a5587f31adbecccd"));

  /** RFC 8032, 7.1; SEC 2's generators, twice them, and their negatives; RFC 6979, A.2.5. */
  static final List<PublicKey> PUBLIC_KEYS =
      List.of(
          new PublicKey(
              KeyType.ED25519,
              "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
          new PublicKey(
              KeyType.ED25519,
              "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
          new PublicKey(
              KeyType.SECP256K1,
              "0000000000000000000000000000000000000000000000000000000000000001",
              "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
          new PublicKey(
              KeyType.SECP256K1,
              "0000000000000000000000000000000000000000000000000000000000000002",
              "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"),
          new PublicKey(
              KeyType.SECP256K1,
              "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
              "0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
          new PublicKey(
              KeyType.NIST256P1,
              "0000000000000000000000000000000000000000000000000000000000000001",
              "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
          new PublicKey(
              KeyType.NIST256P1,
              "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
              "026b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
          new PublicKey(
              KeyType.NIST256P1,
              "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
              "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"));

  /** RFC 8032, 7.1: tests 1 to 3. */
  static final List<Signature> ED25519 =
      List.of(
          new Signature(
              "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
              "",
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                  + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
          new Signature(
              "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
              "72",
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                  + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
          new Signature(
              "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
              "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
              "af82",
              "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"));

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /** {@code length} bytes that count from {@code first}. */
  static byte[] sequence(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  private static byte[] repeat(int value, int length) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Hash hash(String key, String message, String answer) {
    return new Hash(ascii(key), ascii(message), answer);
  }

  private static Argon2 argon2(int passes, int memoryKib, int lanes, String answer) {
    return new Argon2(
        ascii("password"),
        ascii("somesalt"),
        new Argon2Parameters(passes, memoryKib, lanes),
        answer);
  }
}
