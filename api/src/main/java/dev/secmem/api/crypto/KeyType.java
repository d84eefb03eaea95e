package dev.secmem.api.crypto;

import java.util.Locale;

/** The kinds of key pairs that are derived, and the signature that each makes. */
public enum KeyType {
  /** Ed25519 (RFC 8032): signatures of 64 bytes. */
  ED25519(32),
  /** ECDSA over SHA-256 on secp256k1 (SEC 2): signatures in DER, low s. */
  SECP256K1(33),
  /** ECDSA over SHA-256 on NIST P-256 (FIPS 186-5): signatures in DER, low s. */
  NIST256P1(33);

  private final String wire = name().toLowerCase(Locale.ROOT);
  private final int publicKeyBytes;

  KeyType(int publicKeyBytes) {
    this.publicKeyBytes = publicKeyBytes;
  }

  /** The word on the wire: {@code ed25519}. */
  public String wire() {
    return wire;
  }

  /** The length of a public key; that of a curve's point is compressed (SEC 1, 2.3.3). */
  public int publicKeyBytes() {
    return publicKeyBytes;
  }

  /** The type of that word, or null. */
  public static KeyType ofWire(String word) {
    for (KeyType type : values()) {
      if (type.wire.equals(word)) {
        return type;
      }
    }
    return null;
  }
}
