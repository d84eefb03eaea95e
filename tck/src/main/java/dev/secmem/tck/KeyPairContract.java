package dev.secmem.tck;

import static dev.secmem.tck.AesGcmReference.bytes;
import static dev.secmem.tck.AesGcmReference.direct;
import static dev.secmem.tck.KeyDerivationAnswers.hex;
import static dev.secmem.tck.KeyDerivationAnswers.sequence;
import static dev.secmem.tck.KeyDerivationReference.bytes32;
import static dev.secmem.tck.KeyDerivationReference.order;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules on key pairs: the second half of {@link KeyDerivationContract}. */
abstract class KeyPairContract extends KeyDerivationFixture {

  @Test
  @Rule("KD-14")
  void privateKeysOfACurveAreNumbersBelowItsOrder() throws PluginException {
    for (byte[] any : List.of(new byte[32], KEY, ones())) {
      assertTrue(calls.isPrivateKey(KeyType.ED25519, any));
    }
    for (KeyType type : CURVES) {
      BigInteger order = order(type);
      for (BigInteger valid :
          List.of(BigInteger.ONE, BigInteger.TWO.pow(255), order.subtract(BigInteger.ONE))) {
        assertTrue(calls.isPrivateKey(type, bytes32(valid)), type + " " + valid);
      }
      for (BigInteger invalid :
          List.of(BigInteger.ZERO, order, order.add(BigInteger.ONE), order.setBit(32))) {
        assertFalse(calls.isPrivateKey(type, bytes32(invalid)), type + " " + invalid);
      }
      assertFalse(calls.isPrivateKey(type, ones()));
    }
  }

  @Test
  @Rule("KD-15")
  void privateKeysAddModuloTheOrder() throws PluginException {
    assertIllegal("ed25519", () -> calls.add(KeyType.ED25519, KEY, KEY));
    Random random = Race.random("KD-15");
    for (KeyType type : CURVES) {
      BigInteger order = order(type);
      byte[] last = bytes32(order.subtract(BigInteger.ONE));
      byte[] one = bytes32(BigInteger.ONE);
      assertArrayEquals(bytes32(order.subtract(BigInteger.TWO)), calls.add(type, last, last));
      assertArrayEquals(KEY, calls.add(type, new byte[32], KEY), "a tweak of 0 adds nothing");
      assertNoSum(type, last, one);
      assertNoSum(type, one, last);
      assertNoSum(type, bytes32(order), one);
      assertNoSum(type, bytes32(order.add(BigInteger.ONE)), one);
      assertNoSum(type, ones(), one);
      for (int i = 0; i < 200; i++) {
        BigInteger tweak = new BigInteger(256, random).mod(order);
        BigInteger key = new BigInteger(255, random).add(BigInteger.ONE).mod(order);
        byte[] sum = bytes32(tweak.add(key).mod(order));
        assertArrayEquals(sum, calls.add(type, bytes32(tweak), bytes32(key)));
      }
    }
  }

  private void assertNoSum(KeyType type, byte[] tweak, byte[] key) throws PluginException {
    ByteBuffer sum = filled(40);
    assertFalse(keys.addPrivateKeys(type, direct(tweak), direct(key), sum));
    assertEquals(0, sum.position());
    assertFillerOutside(sum, 0, 0);
  }

  @Test
  @Rule("KD-16")
  void publicKeysAreThePublishedOnes() throws PluginException {
    for (KeyDerivationAnswers.PublicKey known : KeyDerivationAnswers.PUBLIC_KEYS) {
      assertAnswer(known.answer(), calls.publicKey(known.type(), hex(known.privateKey())));
    }
  }

  @Test
  @Rule("KD-17")
  void signaturesAreThoseOfTheirStandardWithALowS() throws PluginException {
    for (KeyDerivationAnswers.Signature known : KeyDerivationAnswers.ED25519) {
      byte[] key = hex(known.privateKey());
      byte[] publicKey = hex(known.publicKey());
      assertAnswer(
          known.answer(), calls.sign(KeyType.ED25519, key, publicKey, hex(known.message())));
    }
    for (KeyType type : CURVES) {
      byte[] publicKey = calls.publicKey(type, KEY);
      for (int i = 0; i < 40; i++) {
        byte[] message = sequence(i, i == 0 ? 100_000 : i - 1);
        byte[] signature = calls.sign(type, KEY, publicKey, message);
        EcdsaSignature parsed = EcdsaSignature.parse(direct(signature));
        assertTrue(parsed != null, "strict DER");
        assertTrue(parsed.s().compareTo(order(type).shiftRight(1)) <= 0, "low s");
        assertTrue(calls.verify(type, publicKey, message, signature), type + " " + i);
      }
    }
  }

  @Test
  @Rule("KD-18")
  void onlyWhatWasSignedWithThisKeyVerifies() throws PluginException {
    for (KeyType type : KeyType.values()) {
      byte[] publicKey = calls.publicKey(type, KEY);
      byte[] message = sequence(0, 20);
      byte[] signature = calls.sign(type, KEY, publicKey, message);
      assertTrue(calls.verify(type, publicKey, message, signature), "positive control");
      for (int i = 0; i < signature.length; i++) {
        assertFalse(calls.verify(type, publicKey, message, flipped(signature, i)), type + " " + i);
        assertFalse(calls.verify(type, publicKey, message, Arrays.copyOf(signature, i)));
      }
      byte[] longer = Arrays.copyOf(signature, signature.length + 1);
      assertFalse(calls.verify(type, publicKey, message, longer));
      assertFalse(calls.verify(type, publicKey, flipped(message, 3), signature));
      assertFalse(calls.verify(type, publicKey, NOTHING, signature));
      byte[] another = calls.publicKey(type, sequence(9, 32));
      assertFalse(calls.verify(type, another, message, signature));
      byte[] none = new byte[publicKey.length];
      Arrays.fill(none, (byte) 0xff);
      assertFalse(calls.verify(type, none, message, signature), "no public key at all");
      assertTrue(calls.verify(type, publicKey, message, signature), "refusals leave no trace");
      if (type != KeyType.ED25519) {
        assertOtherFormsOfEcdsa(type, publicKey, message, signature);
      }
    }
    byte[] key = hex(KeyDerivationAnswers.ED25519.get(0).publicKey());
    byte[] plusOrder = hex(KeyDerivationAnswers.ED25519.get(0).answer());
    assertTrue(calls.verify(KeyType.ED25519, key, NOTHING, plusOrder), "positive control");
    addEd25519Order(plusOrder);
    assertFalse(calls.verify(KeyType.ED25519, key, NOTHING, plusOrder), "s above the order");
  }

  private void assertOtherFormsOfEcdsa(
      KeyType type, byte[] publicKey, byte[] message, byte[] signature) throws PluginException {
    EcdsaSignature low = EcdsaSignature.parse(direct(signature));
    BigInteger order = order(type);
    BigInteger high = order.subtract(low.s());
    assertTrue(calls.verify(type, publicKey, message, der(low.r(), high)), "high s");
    for (EcdsaSignature none :
        List.of(
            new EcdsaSignature(BigInteger.ZERO, low.s()),
            new EcdsaSignature(low.r(), BigInteger.ZERO),
            new EcdsaSignature(low.r(), order),
            new EcdsaSignature(low.r(), low.s().add(order)),
            new EcdsaSignature(low.r().add(order), low.s()))) {
      assertFalse(calls.verify(type, publicKey, message, der(none.r(), none.s())));
    }
    for (byte[] loose : LooseDer.of(low)) {
      assertFalse(calls.verify(type, publicKey, message, loose), HexFormat.of().formatHex(loose));
    }
  }

  @Test
  void wycheproofsEd25519() throws PluginException, IOException {
    for (WycheproofVectors.Vector vector : WycheproofVectors.read("wycheproof_ed25519_test.json")) {
      assertEquals(
          vector.valid(),
          calls.verify(
              KeyType.ED25519, vector.publicKey(), vector.bytes("msg"), vector.bytes("sig")),
          vector.id());
    }
  }

  private static byte[] der(BigInteger r, BigInteger s) {
    ByteBuffer der = ByteBuffer.allocate(80);
    new EcdsaSignature(r, s).put(der);
    return bytes(der.flip());
  }

  /** Adds the order of Ed25519's group to a signature's second half, which is little-endian. */
  private static void addEd25519Order(byte[] signature) {
    byte[] order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    int carry = 0;
    for (int i = 0; i < 32; i++) {
      carry += (signature[32 + i] & 0xff) + (order[i] & 0xff);
      signature[32 + i] = (byte) carry;
      carry >>>= 8;
    }
  }
}
