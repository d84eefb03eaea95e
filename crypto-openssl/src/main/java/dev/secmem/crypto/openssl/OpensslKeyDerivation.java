package dev.secmem.crypto.openssl;

import static dev.secmem.crypto.openssl.CallMemory.keepReachable;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationChecks;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.linux.NativeLibrary;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;

/**
 * Key derivation on native addresses: checks the arguments, lets libcrypto work, moves positions.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class OpensslKeyDerivation implements KeyDerivation {
  private static OpensslKeyDerivation loaded;

  private final Hashes hashes;
  private final KeyPairs keyPairs;
  private final Curve secp256k1;
  private final Curve nist256p1;

  private OpensslKeyDerivation(KeyFunctions functions, NativeLibrary library)
      throws PluginException {
    hashes = new Hashes(functions);
    keyPairs = new KeyPairs(functions);
    secp256k1 = Curve.of(functions, library, KeyType.SECP256K1);
    nist256p1 = Curve.of(functions, library, KeyType.NIST256P1);
  }

  /**
   * The only one: it holds nothing but libcrypto's addresses.
   *
   * @throws PluginException with {@code UNAVAILABLE} and what to do
   */
  static synchronized OpensslKeyDerivation get() throws PluginException {
    try {
      if (loaded == null) {
        loaded = new OpensslKeyDerivation(KeyFunctions.get(), Libcrypto.get().library);
      }
      return loaded;
    } catch (UnsatisfiedLinkError e) {
      throw Libcrypto.unavailable(Libcrypto.SONAME + " cannot be used: " + e.getMessage());
    }
  }

  /** What writes to an output; on failure nothing of it stays there. */
  private interface Work {
    void run() throws PluginException;
  }

  private static void write(ByteBuffer output, int bytes, Work work) throws PluginException {
    boolean done = false;
    try {
      work.run();
      done = true;
    } finally {
      if (!done) {
        NativeMemory.wipe(output.slice(output.position(), bytes));
      }
    }
    output.position(output.position() + bytes);
  }

  @Override
  public void sha256(ByteBuffer message, ByteBuffer digest) throws PluginException {
    KeyDerivationChecks.checkSha256(message, digest);
    try {
      write(digest, SHA256_BYTES, () -> hashes.sha256(message, digest));
    } finally {
      keepReachable(message, digest);
    }
  }

  @Override
  public void hmacSha512(ByteBuffer key, ByteBuffer message, ByteBuffer mac)
      throws PluginException {
    KeyDerivationChecks.checkHmacSha512(key, message, mac);
    try {
      write(mac, SHA512_BYTES, () -> hashes.hmacSha512(key, message, mac));
    } finally {
      keepReachable(key, message, mac);
    }
  }

  @Override
  public void pbkdf2HmacSha512(
      ByteBuffer password, ByteBuffer salt, int iterations, ByteBuffer derived)
      throws PluginException {
    KeyDerivationChecks.checkPbkdf2HmacSha512(password, salt, iterations, derived);
    try {
      write(
          derived,
          derived.remaining(),
          () -> hashes.pbkdf2HmacSha512(password, salt, iterations, derived));
    } finally {
      keepReachable(password, salt, derived);
    }
  }

  @Override
  public void hkdfSha512(
      ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer info, ByteBuffer derived)
      throws PluginException {
    KeyDerivationChecks.checkHkdfSha512(keyMaterial, salt, info, derived);
    try {
      write(
          derived, derived.remaining(), () -> hashes.hkdfSha512(keyMaterial, salt, info, derived));
    } finally {
      keepReachable(keyMaterial, salt, info, derived);
    }
  }

  @Override
  public void argon2id(
      ByteBuffer password, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer derived)
      throws PluginException {
    KeyDerivationChecks.checkArgon2id(password, salt, parameters, derived);
    throw Libcrypto.unavailable("kdf(openssl): OpenSSL 3.0 has no Argon2id; use another plugin");
  }

  @Override
  public boolean isPrivateKey(KeyType type, ByteBuffer candidate) {
    return KeyDerivationChecks.isPrivateKey(type, candidate);
  }

  @Override
  public boolean addPrivateKeys(
      KeyType type, ByteBuffer tweak, ByteBuffer privateKey, ByteBuffer sum)
      throws PluginException {
    if (!KeyDerivationChecks.checkAddPrivateKeys(type, tweak, privateKey, sum)) {
      return false;
    }
    try {
      if (!curve(type).add(tweak, privateKey, sum)) {
        return false;
      }
      sum.position(sum.position() + PRIVATE_KEY_BYTES);
      return true;
    } finally {
      keepReachable(tweak, privateKey, sum);
    }
  }

  @Override
  public void publicKey(KeyType type, ByteBuffer privateKey, ByteBuffer publicKey)
      throws PluginException {
    KeyDerivationChecks.checkPublicKey(type, privateKey, publicKey);
    try {
      if (type == KeyType.ED25519) {
        keyPairs.ed25519PublicKey(privateKey, publicKey);
      } else {
        curve(type).publicKey(privateKey, publicKey);
      }
      publicKey.position(publicKey.position() + type.publicKeyBytes());
    } finally {
      keepReachable(privateKey, publicKey);
    }
  }

  @Override
  public void sign(
      KeyType type,
      ByteBuffer privateKey,
      ByteBuffer publicKey,
      ByteBuffer message,
      ByteBuffer signature)
      throws PluginException {
    KeyDerivationChecks.checkSign(type, privateKey, publicKey, message, signature);
    try {
      if (type == KeyType.ED25519) {
        keyPairs.signEd25519(privateKey, publicKey, message, signature);
        signature.position(signature.position() + ED25519_SIGNATURE_BYTES);
      } else {
        keyPairs.signEcdsa(type, privateKey, message, signature);
      }
    } finally {
      keepReachable(privateKey, publicKey, message, signature);
    }
  }

  @Override
  public boolean verify(
      KeyType type, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature)
      throws PluginException {
    KeyDerivationChecks.checkVerify(type, publicKey, message, signature);
    try {
      return keyPairs.verify(type, publicKey, message, signature);
    } finally {
      keepReachable(publicKey, message, signature);
    }
  }

  private Curve curve(KeyType type) {
    return type == KeyType.NIST256P1 ? nist256p1 : secp256k1;
  }

  @Override
  public String toString() {
    return "key derivation by libcrypto";
  }
}
