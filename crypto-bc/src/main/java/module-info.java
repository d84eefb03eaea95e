/**
 * AES-256-GCM and key derivation by Bouncy Castle's lightweight API. The key and what is derived
 * from it stay on the Java heap; plaintext passes through small arrays that are wiped.
 *
 * <p>Bouncy Castle's AES looks up tables: unlike libcrypto with AES instructions it may tell the
 * key by its timing to a process that shares the processor's cache.
 *
 * @provides dev.secmem.api.crypto.CipherProvider the cipher named {@code bc}
 * @provides dev.secmem.api.crypto.KeyDerivationProvider key derivation named {@code bc}
 */
module dev.secmem.crypto.bc {
  requires dev.secmem.api;
  requires org.bouncycastle.provider;

  provides dev.secmem.api.crypto.CipherProvider with
      dev.secmem.crypto.bc.BcCipherProvider;
  provides dev.secmem.api.crypto.KeyDerivationProvider with
      dev.secmem.crypto.bc.BcKeyDerivationProvider;
}
