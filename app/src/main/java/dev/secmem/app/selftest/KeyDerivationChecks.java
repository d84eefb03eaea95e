package dev.secmem.app.selftest;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Published answers of the functions that keys are derived with, asked of each plugin. */
final class KeyDerivationChecks {
  private static final String SEED =
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  private static final String PUBLIC_KEY =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  private final KeyDerivation functions;
  private final List<String> wrong = new ArrayList<>();

  private KeyDerivationChecks(KeyDerivation functions) {
    this.functions = functions;
  }

  static List<Check> all(List<KeyDerivationProvider> providers) {
    List<Check> checks = new ArrayList<>();
    for (KeyDerivationProvider provider : providers) {
      checks.add(check(provider));
    }
    return checks;
  }

  private static Check check(KeyDerivationProvider provider) {
    String what = "kdf " + provider.name();
    if (!provider.availability().isAvailable()) {
      return Check.warn(what, "does not work here: " + provider.availability().reason());
    }
    try {
      KeyDerivationChecks checks = new KeyDerivationChecks(provider.create());
      checks.hashes();
      checks.ed25519();
      if (provider.hasArgon2id()) {
        checks.argon2id();
      }
      String argon = provider.hasArgon2id() ? ", Argon2id too" : "; it has no Argon2id";
      return checks.wrong.isEmpty()
          ? Check.pass(what, "meets published answers" + argon)
          : Check.fail(what, "wrong answers of " + String.join(", ", checks.wrong));
    } catch (PluginException e) {
      return Check.fail(what, "fails: " + e.getMessage());
    }
  }

  private void expect(String function, ByteBuffer written, String answer) {
    if (!KnownAnswer.holds(written, answer)) {
      wrong.add(function);
    }
  }

  /** FIPS 180-4; RFC 4231, case 2; RFC 5869's first input with SHA-512; PBKDF2 of two rounds. */
  private void hashes() throws PluginException {
    ByteBuffer answer = ByteBuffer.allocateDirect(32);
    functions.sha256(KnownAnswer.ascii("abc"), answer);
    expect("SHA-256", answer, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    answer = ByteBuffer.allocateDirect(64);
    functions.hmacSha512(
        KnownAnswer.ascii("Jefe"), KnownAnswer.ascii("what do ya want for nothing?"), answer);
    expect(
        "HMAC-SHA512",
        answer,
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    answer = ByteBuffer.allocateDirect(64);
    functions.pbkdf2HmacSha512(KnownAnswer.ascii("password"), KnownAnswer.ascii("salt"), 2, answer);
    expect(
        "PBKDF2",
        answer,
        "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c"
            + "f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e");
    answer = ByteBuffer.allocateDirect(42);
    functions.hkdfSha512(
        KnownAnswer.hex("0b".repeat(22)),
        KnownAnswer.hex("000102030405060708090a0b0c"),
        KnownAnswer.hex("f0f1f2f3f4f5f6f7f8f9"),
        answer);
    expect(
        "HKDF-SHA512",
        answer,
        "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c14815793"
            + "38da362cb8d9f925d7cb");
  }

  /** RFC 8032, 7.1, test 1. */
  private void ed25519() throws PluginException {
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    functions.publicKey(KeyType.ED25519, KnownAnswer.hex(SEED), key);
    expect("Ed25519 keys", key, PUBLIC_KEY);
    ByteBuffer signature = ByteBuffer.allocateDirect(KeyDerivation.MAX_SIGNATURE_BYTES);
    functions.sign(
        KeyType.ED25519,
        KnownAnswer.hex(SEED),
        KnownAnswer.hex(PUBLIC_KEY),
        ByteBuffer.allocateDirect(0),
        signature);
    expect(
        "Ed25519 signatures",
        signature,
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  }

  /** Of libargon2's own tests. */
  private void argon2id() throws PluginException {
    ByteBuffer answer = ByteBuffer.allocateDirect(32);
    functions.argon2id(
        KnownAnswer.ascii("password"),
        KnownAnswer.ascii("somesalt"),
        new Argon2Parameters(2, 256, 1),
        answer);
    expect("Argon2id", answer, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
  }
}
