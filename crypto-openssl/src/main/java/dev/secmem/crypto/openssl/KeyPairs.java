package dev.secmem.crypto.openssl;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;

/**
 * Signatures. A key is imported for each call from its two halves, since libcrypto would compute
 * the public one again otherwise, and freed at its end, which cleanses it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyPairs {
  private static final int SELECT_PUBLIC_KEY = 0x86;
  private static final int SELECT_KEY_PAIR = 0x87;

  private static final ByteBuffer PRIVATE = Libcrypto.string("priv");
  private static final ByteBuffer PUBLIC = Libcrypto.string("pub");
  private static final ByteBuffer GROUP = Libcrypto.string("group");
  private static final ByteBuffer PRIME256V1 = Libcrypto.string("prime256v1");
  private static final ByteBuffer SECP256K1 = Libcrypto.string("secp256k1");

  private final KeyFunctions functions;

  KeyPairs(KeyFunctions functions) {
    this.functions = functions;
  }

  void ed25519PublicKey(ByteBuffer privateKey, ByteBuffer publicKey) throws PluginException {
    KeyFunctions crypto = functions;
    long type = NativeLibrary.addressOf(crypto.ed25519);
    long from = NativeLibrary.addressOf(privateKey);
    long key =
        crypto.made(
            crypto.rawPrivateKey,
            crypto.rawPrivateKey.call(0, type, 0, from, privateKey.remaining()));
    try {
      long to = NativeLibrary.addressOf(publicKey);
      long length = CallMemory.get().length(publicKey.remaining());
      crypto.check(crypto.getRawPublicKey, crypto.getRawPublicKey.call(key, to, length));
    } finally {
      crypto.keyFree.call(key);
    }
  }

  void signEd25519(
      ByteBuffer privateKey, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature)
      throws PluginException {
    CallMemory memory = CallMemory.get().octets(PRIVATE, privateKey).octets(PUBLIC, publicKey);
    long key = made(importKey(functions.ed25519, SELECT_KEY_PAIR, memory));
    try {
      long length = memory.length(KeyDerivation.ED25519_SIGNATURE_BYTES);
      sign(key, 0, message, NativeLibrary.addressOf(signature), length);
    } finally {
      functions.keyFree.call(key);
    }
  }

  /** Signs and writes the signature with the lower s; libcrypto gives either. */
  void signEcdsa(KeyType curve, ByteBuffer privateKey, ByteBuffer message, ByteBuffer signature)
      throws PluginException {
    CallMemory memory = CallMemory.get();
    long key;
    try {
      memory.putReversed(privateKey);
      memory.text(GROUP, groupOf(curve)).reversed(PRIVATE);
      key = made(importKey(functions.ec, SELECT_KEY_PAIR, memory));
    } finally {
      memory.wipe();
    }
    try {
      long length = memory.length(memory.signatureRoom());
      sign(key, functions.sha256, message, memory.signature(), length);
    } finally {
      functions.keyFree.call(key);
    }
    EcdsaSignature made = EcdsaSignature.parse(memory.signature((int) memory.written()));
    made.withLowS(curve).put(signature);
  }

  private void sign(long key, long digest, ByteBuffer message, long signature, long length)
      throws PluginException {
    KeyFunctions crypto = functions;
    long context = crypto.made(crypto.digestContextNew, crypto.digestContextNew.call());
    try {
      crypto.check(crypto.signInit, crypto.signInit.call(context, 0, digest, 0, key));
      long from = NativeLibrary.addressOf(message);
      crypto.check(
          crypto.sign, crypto.sign.call(context, signature, length, from, message.remaining()));
    } finally {
      crypto.digestContextFree.call(context);
    }
  }

  boolean verify(KeyType type, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature)
      throws PluginException {
    CallMemory memory = CallMemory.get().octets(PUBLIC, publicKey);
    boolean edwards = type == KeyType.ED25519;
    if (!edwards) {
      memory.text(GROUP, groupOf(type));
    }
    long key = importKey(edwards ? functions.ed25519 : functions.ec, SELECT_PUBLIC_KEY, memory);
    if (key == 0) {
      // 33 bytes that are no point of the curve.
      functions.forgetErrors();
      return false;
    }
    try {
      return verify(key, edwards ? 0 : functions.sha256, message, signature);
    } finally {
      functions.keyFree.call(key);
    }
  }

  private boolean verify(long key, long digest, ByteBuffer message, ByteBuffer signature)
      throws PluginException {
    KeyFunctions crypto = functions;
    long context = crypto.made(crypto.digestContextNew, crypto.digestContextNew.call());
    try {
      crypto.check(crypto.verifyInit, crypto.verifyInit.call(context, 0, digest, 0, key));
      long from = NativeLibrary.addressOf(message);
      long signed = NativeLibrary.addressOf(signature);
      boolean valid =
          !Libcrypto.failed(
              crypto.verify.call(
                  context, signed, signature.remaining(), from, message.remaining()));
      if (!valid) {
        crypto.forgetErrors();
      }
      return valid;
    } finally {
      crypto.digestContextFree.call(context);
    }
  }

  /** A key of the parameters in {@code memory}, which the caller frees; 0 if they are none. */
  private long importKey(ByteBuffer type, int selection, CallMemory memory) throws PluginException {
    KeyFunctions crypto = functions;
    long context =
        crypto.made(
            crypto.keyContextNew, crypto.keyContextNew.call(0, NativeLibrary.addressOf(type), 0));
    try {
      crypto.check(crypto.fromDataInit, crypto.fromDataInit.call(context));
      long params = memory.params();
      long result = crypto.fromData.call(context, memory.pointer(), selection, params);
      return Libcrypto.failed(result) ? 0 : memory.written();
    } finally {
      crypto.keyContextFree.call(context);
    }
  }

  private long made(long key) throws PluginException {
    return functions.made(functions.fromData, key);
  }

  private static ByteBuffer groupOf(KeyType curve) {
    return curve == KeyType.NIST256P1 ? PRIME256V1 : SECP256K1;
  }
}
