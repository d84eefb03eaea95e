package dev.secmem.crypto.openssl;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;

/**
 * The functions and algorithms of libcrypto's that keys are derived and used with, found once.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyFunctions {
  private static KeyFunctions loaded;

  final ByteBuffer ed25519 = Libcrypto.string("ED25519");
  final ByteBuffer ec = Libcrypto.string("EC");

  final NativeFunction digest;
  final NativeFunction macContextNew;
  final NativeFunction macInit;
  final NativeFunction macUpdate;
  final NativeFunction macFinal;
  final NativeFunction macContextFree;
  final NativeFunction kdfContextNew;
  final NativeFunction kdfDerive;
  final NativeFunction kdfContextFree;
  final NativeFunction keyContextNew;
  final NativeFunction keyContextFree;
  final NativeFunction fromDataInit;
  final NativeFunction fromData;
  final NativeFunction rawPrivateKey;
  final NativeFunction getRawPublicKey;
  final NativeFunction keyFree;
  final NativeFunction digestContextNew;
  final NativeFunction digestContextFree;
  final NativeFunction signInit;
  final NativeFunction sign;
  final NativeFunction verifyInit;
  final NativeFunction verify;
  final long sha256;
  final long hmac;
  final long pbkdf2;
  final long hkdf;
  private final Libcrypto libcrypto;

  private KeyFunctions(Libcrypto libcrypto) throws PluginException {
    this.libcrypto = libcrypto;
    NativeLibrary library = libcrypto.library;
    digest = library.function("EVP_Digest", 6);
    macContextNew = library.function("EVP_MAC_CTX_new", 1);
    macInit = library.function("EVP_MAC_init", 4);
    macUpdate = library.function("EVP_MAC_update", 3);
    macFinal = library.function("EVP_MAC_final", 4);
    macContextFree = library.function("EVP_MAC_CTX_free", 1);
    kdfContextNew = library.function("EVP_KDF_CTX_new", 1);
    kdfDerive = library.function("EVP_KDF_derive", 4);
    kdfContextFree = library.function("EVP_KDF_CTX_free", 1);
    keyContextNew = library.function("EVP_PKEY_CTX_new_from_name", 3);
    keyContextFree = library.function("EVP_PKEY_CTX_free", 1);
    fromDataInit = library.function("EVP_PKEY_fromdata_init", 1);
    fromData = library.function("EVP_PKEY_fromdata", 4);
    rawPrivateKey = library.function("EVP_PKEY_new_raw_private_key_ex", 5);
    getRawPublicKey = library.function("EVP_PKEY_get_raw_public_key", 3);
    keyFree = library.function("EVP_PKEY_free", 1);
    digestContextNew = library.function("EVP_MD_CTX_new", 0);
    digestContextFree = library.function("EVP_MD_CTX_free", 1);
    signInit = library.function("EVP_DigestSignInit", 5);
    sign = library.function("EVP_DigestSign", 5);
    verifyInit = library.function("EVP_DigestVerifyInit", 5);
    verify = library.function("EVP_DigestVerify", 5);
    sha256 = libcrypto.fetch("EVP_MD_fetch", "SHA2-256");
    hmac = libcrypto.fetch("EVP_MAC_fetch", "HMAC");
    pbkdf2 = libcrypto.fetch("EVP_KDF_fetch", "PBKDF2");
    hkdf = libcrypto.fetch("EVP_KDF_fetch", "HKDF");
  }

  /**
   * The functions, found at the first call.
   *
   * @throws PluginException with {@code UNAVAILABLE} and what to do
   */
  static synchronized KeyFunctions get() throws PluginException {
    if (loaded == null) {
      try {
        loaded = new KeyFunctions(Libcrypto.get());
      } catch (UnsatisfiedLinkError e) {
        throw Libcrypto.unavailable(Libcrypto.SONAME + " cannot be used: " + e.getMessage());
      }
    }
    return loaded;
  }

  /** Turns a result that is not 1 into a failure. */
  void check(NativeFunction function, long result) throws PluginException {
    if (Libcrypto.failed(result)) {
      throw failure(function);
    }
  }

  /** Turns a null address into a failure. */
  long made(NativeFunction function, long result) throws PluginException {
    if (result == 0) {
      throw failure(function);
    }
    return result;
  }

  PluginException failure(NativeFunction function) {
    return libcrypto.failure("kdf", function);
  }

  /** Forgets why a call failed whose failure is an answer. */
  void forgetErrors() {
    libcrypto.drainErrors();
  }
}
