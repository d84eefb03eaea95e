package dev.secmem.tck;

import static dev.secmem.tck.AesGcmReference.bytes;
import static dev.secmem.tck.AesGcmReference.direct;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Key derivation on arrays, and every call of it as one of a list. */
final class KeyCalls {
  /** How long a key is that a call of the list derives. */
  static final int DERIVED_BYTES = 50;

  private static final int UNKNOWN = -1;

  private final KeyDerivation keys;

  KeyCalls(KeyDerivation keys) {
    this.keys = keys;
  }

  /**
   * One way to call a method.
   *
   * @param inputs right ones
   * @param room what its output must have; 0 for a call without output
   * @param written what it writes, or -1 where that varies
   * @param fills whether the output's limit says how much to write
   */
  record Call(String name, List<byte[]> inputs, int room, int written, boolean fills, Work work) {
    void run(List<ByteBuffer> in, ByteBuffer out) throws PluginException {
      work.run(in, out);
    }

    List<ByteBuffer> buffers() {
      List<ByteBuffer> buffers = new ArrayList<>();
      inputs.forEach(input -> buffers.add(direct(input)));
      return buffers;
    }
  }

  interface Work {
    void run(List<ByteBuffer> in, ByteBuffer out) throws PluginException;
  }

  /** Every method; Argon2id where {@code argon2id}. */
  List<Call> all(boolean argon2id) throws PluginException {
    byte[] some = KeyDerivationAnswers.sequence(1, 40);
    byte[] key = KeyDerivationAnswers.sequence(3, 32);
    List<Call> calls = new ArrayList<>();
    calls.add(fixed("sha256", 32, (in, out) -> keys.sha256(in.get(0), out), some));
    calls.add(
        fixed("hmac", 64, (in, out) -> keys.hmacSha512(in.get(0), in.get(1), out), some, key));
    calls.add(
        filling(
            "pbkdf2", (in, out) -> keys.pbkdf2HmacSha512(in.get(0), in.get(1), 2, out), some, key));
    calls.add(
        filling(
            "hkdf",
            (in, out) -> keys.hkdfSha512(in.get(0), in.get(1), in.get(2), out),
            some,
            key,
            some));
    if (argon2id) {
      Argon2Parameters small = new Argon2Parameters(1, 16, 2);
      calls.add(
          filling(
              "argon2id", (in, out) -> keys.argon2id(in.get(0), in.get(1), small, out), some, key));
    }
    for (KeyType type : KeyType.values()) {
      addOf(type, key, some, calls);
    }
    return calls;
  }

  private void addOf(KeyType type, byte[] key, byte[] message, List<Call> calls)
      throws PluginException {
    String of = " " + type.wire();
    byte[] publicKey = publicKey(type, key);
    byte[] signature = sign(type, key, publicKey, message);
    int room = type == KeyType.ED25519 ? 64 : KeyDerivation.MAX_SIGNATURE_BYTES;
    calls.add(fixed("isPrivateKey" + of, 0, (in, out) -> keys.isPrivateKey(type, in.get(0)), key));
    calls.add(
        fixed(
            "publicKey" + of,
            type.publicKeyBytes(),
            (in, out) -> keys.publicKey(type, in.get(0), out),
            key));
    calls.add(
        new Call(
            "sign" + of,
            List.of(key, publicKey, message),
            room,
            type == KeyType.ED25519 ? 64 : UNKNOWN,
            false,
            (in, out) -> keys.sign(type, in.get(0), in.get(1), in.get(2), out)));
    calls.add(
        fixed(
            "verify" + of,
            0,
            (in, out) -> keys.verify(type, in.get(0), in.get(1), in.get(2)),
            publicKey,
            message,
            signature));
    if (type != KeyType.ED25519) {
      calls.add(
          fixed(
              "add" + of,
              32,
              (in, out) -> keys.addPrivateKeys(type, in.get(0), in.get(1), out),
              key,
              key));
    }
  }

  private static Call fixed(String name, int written, Work work, byte[]... inputs) {
    return new Call(name, List.of(inputs), written, written, false, work);
  }

  private static Call filling(String name, Work work, byte[]... inputs) {
    return new Call(name, List.of(inputs), DERIVED_BYTES, DERIVED_BYTES, true, work);
  }

  byte[] sha256(byte[] message) throws PluginException {
    return output(KeyDerivation.SHA256_BYTES, out -> keys.sha256(direct(message), out));
  }

  byte[] hmac(byte[] key, byte[] message) throws PluginException {
    return output(
        KeyDerivation.SHA512_BYTES, out -> keys.hmacSha512(direct(key), direct(message), out));
  }

  byte[] pbkdf2(byte[] password, byte[] salt, int iterations, int length) throws PluginException {
    return output(
        length, out -> keys.pbkdf2HmacSha512(direct(password), direct(salt), iterations, out));
  }

  byte[] hkdf(byte[] keyMaterial, byte[] salt, byte[] info, int length) throws PluginException {
    return output(
        length, out -> keys.hkdfSha512(direct(keyMaterial), direct(salt), direct(info), out));
  }

  byte[] argon2id(byte[] password, byte[] salt, Argon2Parameters parameters, int length)
      throws PluginException {
    return output(length, out -> keys.argon2id(direct(password), direct(salt), parameters, out));
  }

  boolean isPrivateKey(KeyType type, byte[] candidate) throws PluginException {
    return keys.isPrivateKey(type, direct(candidate));
  }

  /** The sum, or nothing where there is none. */
  byte[] add(KeyType type, byte[] tweak, byte[] privateKey) throws PluginException {
    ByteBuffer sum = ByteBuffer.allocateDirect(KeyDerivation.PRIVATE_KEY_BYTES);
    boolean made = keys.addPrivateKeys(type, direct(tweak), direct(privateKey), sum);
    return made ? bytes(sum.flip()) : new byte[0];
  }

  byte[] publicKey(KeyType type, byte[] privateKey) throws PluginException {
    return output(type.publicKeyBytes(), out -> keys.publicKey(type, direct(privateKey), out));
  }

  byte[] sign(KeyType type, byte[] privateKey, byte[] publicKey, byte[] message)
      throws PluginException {
    return output(
        KeyDerivation.MAX_SIGNATURE_BYTES,
        out -> keys.sign(type, direct(privateKey), direct(publicKey), direct(message), out));
  }

  boolean verify(KeyType type, byte[] publicKey, byte[] message, byte[] signature)
      throws PluginException {
    return keys.verify(type, direct(publicKey), direct(message), direct(signature));
  }

  private interface Writer {
    void writeTo(ByteBuffer out) throws PluginException;
  }

  private static byte[] output(int room, Writer writer) throws PluginException {
    ByteBuffer out = ByteBuffer.allocateDirect(room);
    writer.writeTo(out);
    return bytes(out.flip());
  }
}
