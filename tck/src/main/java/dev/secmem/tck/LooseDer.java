package dev.secmem.tck;

import dev.secmem.api.crypto.EcdsaSignature;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;

/** Forms of an ECDSA signature that BER or a lenient reader would take, and strict DER does not. */
final class LooseDer {
  private LooseDer() {}

  static List<byte[]> of(EcdsaSignature signature) {
    byte[] r = signature.r().toByteArray();
    byte[] s = signature.s().toByteArray();
    byte[] padded = KeyDerivationReference.concat(new byte[1], s);
    byte[] inside = KeyDerivationReference.concat(integer(r), integer(s));
    return List.of(
        sequence(KeyDerivationReference.concat(integer(r), integer(padded))),
        // A length in its long form.
        KeyDerivationReference.concat(new byte[] {0x30, (byte) 0x81, (byte) inside.length}, inside),
        // An indefinite length.
        KeyDerivationReference.concat(
            KeyDerivationReference.concat(new byte[] {0x30, (byte) 0x80}, inside), new byte[2]),
        // More after the second number, inside and outside of the sequence.
        sequence(KeyDerivationReference.concat(inside, new byte[] {0x05, 0x00})),
        KeyDerivationReference.concat(sequence(inside), new byte[1]),
        // s where it looks negative.
        sequence(
            KeyDerivationReference.concat(
                integer(r),
                integer(signature.s().subtract(BigInteger.TWO.pow(256)).toByteArray()))),
        // r | s as they are, as in IEEE P1363.
        KeyDerivationReference.concat(
            KeyDerivationReference.bytes32(signature.r()),
            KeyDerivationReference.bytes32(signature.s())),
        sequence(integer(r)),
        new byte[] {0x30, 0x00},
        new byte[] {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00},
        new byte[] {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01},
        new byte[] {0x30, 0x04, 0x02, 0x00, 0x02, 0x00});
  }

  private static byte[] sequence(byte[] content) {
    return tagged(0x30, content);
  }

  private static byte[] integer(byte[] content) {
    return tagged(0x02, content);
  }

  private static byte[] tagged(int tag, byte[] content) {
    return ByteBuffer.allocate(2 + content.length)
        .put((byte) tag)
        .put((byte) content.length)
        .put(content)
        .array();
  }
}
