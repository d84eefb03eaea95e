package dev.secmem.crypto.openssl;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;

/**
 * Hashes and the key derivation that is made of them. Each call has a context of its own, which
 * libcrypto cleanses as it frees it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Hashes {
  private static final ByteBuffer DIGEST = Libcrypto.string("digest");
  private static final ByteBuffer SHA512 = Libcrypto.string("SHA2-512");
  private static final ByteBuffer PASSWORD = Libcrypto.string("pass");
  private static final ByteBuffer SALT = Libcrypto.string("salt");
  private static final ByteBuffer ITERATIONS = Libcrypto.string("iter");
  private static final ByteBuffer KEY = Libcrypto.string("key");
  private static final ByteBuffer INFO = Libcrypto.string("info");

  /** 1 lets go of the lower bounds of SP 800-132, which RFC 8018 does not have. */
  private static final ByteBuffer PKCS5 = Libcrypto.string("pkcs5");

  private final KeyFunctions functions;

  Hashes(KeyFunctions functions) {
    this.functions = functions;
  }

  void sha256(ByteBuffer message, ByteBuffer digest) throws PluginException {
    long from = NativeLibrary.addressOf(message);
    long to = NativeLibrary.addressOf(digest);
    functions.check(
        functions.digest,
        functions.digest.call(from, message.remaining(), to, 0, functions.sha256, 0));
  }

  void hmacSha512(ByteBuffer key, ByteBuffer message, ByteBuffer mac) throws PluginException {
    KeyFunctions crypto = functions;
    CallMemory memory = CallMemory.get().text(DIGEST, SHA512);
    long context = crypto.made(crypto.macContextNew, crypto.macContextNew.call(crypto.hmac));
    try {
      long keyAt = NativeLibrary.addressOf(key);
      long params = memory.params();
      crypto.check(crypto.macInit, crypto.macInit.call(context, keyAt, key.remaining(), params));
      long from = NativeLibrary.addressOf(message);
      crypto.check(crypto.macUpdate, crypto.macUpdate.call(context, from, message.remaining()));
      long to = NativeLibrary.addressOf(mac);
      long length = memory.length(0);
      crypto.check(crypto.macFinal, crypto.macFinal.call(context, to, length, mac.remaining()));
    } finally {
      crypto.macContextFree.call(context);
    }
  }

  void pbkdf2HmacSha512(ByteBuffer password, ByteBuffer salt, int iterations, ByteBuffer derived)
      throws PluginException {
    CallMemory memory =
        CallMemory.get()
            .text(DIGEST, SHA512)
            .number(PKCS5, 1)
            .octets(PASSWORD, password)
            .octets(SALT, salt)
            .number(ITERATIONS, iterations);
    derive(functions.pbkdf2, memory, derived);
  }

  void hkdfSha512(ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer info, ByteBuffer derived)
      throws PluginException {
    CallMemory memory =
        CallMemory.get()
            .text(DIGEST, SHA512)
            .octets(KEY, keyMaterial)
            .octets(SALT, salt)
            .octets(INFO, info);
    derive(functions.hkdf, memory, derived);
  }

  private void derive(long algorithm, CallMemory memory, ByteBuffer derived)
      throws PluginException {
    KeyFunctions crypto = functions;
    long context = crypto.made(crypto.kdfContextNew, crypto.kdfContextNew.call(algorithm));
    try {
      long to = NativeLibrary.addressOf(derived);
      long params = memory.params();
      crypto.check(
          crypto.kdfDerive, crypto.kdfDerive.call(context, to, derived.remaining(), params));
    } finally {
      crypto.kdfContextFree.call(context);
    }
  }
}
