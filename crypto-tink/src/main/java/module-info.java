/**
 * AES-256-GCM by Tink. Tink works on arrays: key and plaintext come to the Java heap, where this
 * module wipes its own copies and nobody can wipe Tink's.
 *
 * @provides dev.secmem.api.crypto.CipherProvider the cipher named {@code tink}
 */
module dev.secmem.crypto.tink {
  requires dev.secmem.api;
  requires com.google.crypto.tink;

  provides dev.secmem.api.crypto.CipherProvider with
      dev.secmem.crypto.tink.TinkCipherProvider;
}
