package dev.secmem.app.ctl;

import dev.secmem.api.crypto.KeyType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/** A public key as text for other programs. Nothing here is secret. */
final class PublicKeyText {
  private static final int PEM_LINE = 64;

  private PublicKeyText() {}

  static boolean hasSshForm(KeyType type) {
    return type != KeyType.SECP256K1;
  }

  /**
   * A line of OpenSSH's files (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4).
   *
   * @param key as {@link dev.secmem.api.client.KeyClient#publicKey} gives it
   * @throws IllegalArgumentException for {@code SECP256K1}, which OpenSSH does not know, or if the
   *     key is no point of its curve
   */
  static String ssh(KeyType type, byte[] key, String comment) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    String name;
    switch (type) {
      case ED25519:
        name = "ssh-ed25519";
        sshString(blob, ascii(name));
        sshString(blob, key);
        break;
      case NIST256P1:
        name = "ecdsa-sha2-nistp256";
        sshString(blob, ascii(name));
        sshString(blob, ascii("nistp256"));
        sshString(blob, NistPoint.uncompressed(key));
        break;
      default:
        throw new IllegalArgumentException("OpenSSH knows no keys of type " + type.wire());
    }
    return name + " " + Base64.getEncoder().encodeToString(blob.toByteArray()) + " " + comment;
  }

  /** SubjectPublicKeyInfo in PEM (RFC 8410, RFC 5480, RFC 7468), with its last newline. */
  static String pem(KeyType type, byte[] key) {
    byte[] head = HexFormat.of().parseHex(infoHead(type));
    byte[] info = ByteBuffer.allocate(head.length + key.length).put(head).put(key).array();
    String body = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(info);
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }

  /** Everything of the DER but the key's own bytes, which end it: their length is fixed. */
  private static String infoHead(KeyType type) {
    switch (type) {
      case ED25519:
        // SEQUENCE { SEQUENCE { id-Ed25519 }, BIT STRING }
        return "302a" + "3005" + "06032b6570" + "032100";
      case SECP256K1:
        // SEQUENCE { SEQUENCE { id-ecPublicKey, secp256k1 }, BIT STRING }
        return "3036" + "3010" + "06072a8648ce3d0201" + "06052b8104000a" + "032200";
      default:
        // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING }
        return "3039" + "3013" + "06072a8648ce3d0201" + "06082a8648ce3d030107" + "032200";
    }
  }

  private static void sshString(ByteArrayOutputStream blob, byte[] content) {
    blob.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
    blob.writeBytes(content);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
