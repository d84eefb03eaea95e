package dev.secmem.api.crypto;

/** What is left on the Java heap by a cipher or key derivation, declared by its provider. */
public enum HeapResidue {
  /** Nothing: keys and plaintext stay in native memory. */
  NONE,
  /** The key or what is derived from it; plaintext does not stay. */
  KEY,
  /** The key, and plaintext until the collector overwrites it. */
  KEY_AND_PLAINTEXT
}
