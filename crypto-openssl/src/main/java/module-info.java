/**
 * AES-256-GCM and key derivation by libcrypto (OpenSSL 3), on native addresses: neither key nor
 * plaintext comes to the Java heap.
 *
 * @provides dev.secmem.api.crypto.CipherProvider the cipher named {@code openssl}
 * @provides dev.secmem.api.crypto.KeyDerivationProvider key derivation named {@code openssl}
 */
module dev.secmem.crypto.openssl {
  requires dev.secmem.api;
  requires dev.secmem.linux;

  provides dev.secmem.api.crypto.CipherProvider with
      dev.secmem.crypto.openssl.OpensslCipherProvider;
  provides dev.secmem.api.crypto.KeyDerivationProvider with
      dev.secmem.crypto.openssl.OpensslKeyDerivationProvider;
}
