package dev.secmem.app.it;

/** Published mnemonics (BIP 39's test vectors), for agents that are rooted in one. */
final class Mnemonics {
  static final String LEGAL =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";
  static final String LETTER =
      "letter advice cage absurd amount doctor acoustic avoid letter advice cage above";
  static final String ZOO = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";

  private Mnemonics() {}

  /** Unlocks, and expects that it works. */
  static void unlock(RawClient client, String secret) {
    String code = client.codeOf("UNLOCK", secret);
    if (!code.equals("ok")) {
      throw new AssertionError("UNLOCK: " + code);
    }
  }
}
