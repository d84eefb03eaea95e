package dev.secmem.tck;

import static dev.secmem.tck.AesGcmReference.bytes;
import static dev.secmem.tck.KeyDerivationAnswers.sequence;
import static dev.secmem.tck.KeyDerivationReference.bytes32;
import static dev.secmem.tck.KeyDerivationReference.order;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules of {@link KeyDerivation}, and Project Wycheproof's tests where they are at hand. */
public abstract class KeyDerivationContract extends KeyPairContract {

  /** For subclasses. */
  protected KeyDerivationContract() {}

  @Test
  @Rule("KD-01")
  void manyThreadsShareOne() throws Exception {
    Race race = new Race();
    for (int thread = 0; thread < 8; thread++) {
      byte[] own = sequence(17 * thread, 32);
      byte[] message = sequence(thread, 100 * thread);
      race.with(() -> useAll(own, message, Race.rounds(40)));
    }
    race.run();
  }

  private void useAll(byte[] own, byte[] message, int rounds) throws Exception {
    byte[] mac = KeyDerivationReference.hmac(own, message);
    byte[] stretched = KeyDerivationReference.pbkdf2(own, message, 3, 70);
    byte[] expanded = KeyDerivationReference.hkdf(own, message, own, 70);
    byte[] signature = KeyDerivationReference.signEd25519(own, message);
    for (int i = 0; i < rounds; i++) {
      assertArrayEquals(mac, calls.hmac(own, message));
      assertArrayEquals(stretched, calls.pbkdf2(own, message, 3, 70));
      assertArrayEquals(expanded, calls.hkdf(own, message, own, 70));
      for (KeyType type : KeyType.values()) {
        byte[] publicKey = calls.publicKey(type, own);
        byte[] signed = calls.sign(type, own, publicKey, message);
        assertTrue(calls.verify(type, publicKey, message, signed));
        assertFalse(calls.verify(type, publicKey, own, signed));
        if (type == KeyType.ED25519) {
          assertArrayEquals(signature, signed);
        } else {
          BigInteger sum = new BigInteger(1, own).shiftLeft(1).mod(order(type));
          assertArrayEquals(bytes32(sum), calls.add(type, own, own));
        }
      }
    }
  }

  @Test
  @Rule("KD-02")
  void onlyDirectBuffersAreTakenAndOutputThatCanBeWritten() throws PluginException {
    for (KeyCalls.Call call : calls.all(provider().hasArgon2id())) {
      ByteBuffer out = ByteBuffer.allocateDirect(call.room());
      call.run(call.buffers(), out.duplicate());
      for (int i = 0; i < call.inputs().size(); i++) {
        List<ByteBuffer> heap = call.buffers();
        heap.set(i, ByteBuffer.wrap(call.inputs().get(i)));
        assertIllegal(call.name() + " input " + i, () -> call.run(heap, out.duplicate()));
        List<ByteBuffer> none = call.buffers();
        none.set(i, null);
        assertThrows(NullPointerException.class, () -> call.run(none, out.duplicate()));
      }
      if (call.room() > 0) {
        ByteBuffer onHeap = ByteBuffer.allocate(call.room());
        assertIllegal(call.name(), () -> call.run(call.buffers(), onHeap));
        assertIllegal(call.name(), () -> call.run(call.buffers(), out.asReadOnlyBuffer()));
      }
    }
  }

  @Test
  @Rule("KD-03")
  void inputIsReadFromPositionToLimitAndStays() throws PluginException {
    for (KeyCalls.Call call : calls.all(provider().hasArgon2id())) {
      List<ByteBuffer> framed = call.buffers();
      framed.replaceAll(input -> framed(bytes(input)).asReadOnlyBuffer());
      ByteBuffer expected = ByteBuffer.allocateDirect(call.room());
      ByteBuffer out = ByteBuffer.allocateDirect(call.room());
      call.run(call.buffers(), expected);
      call.run(framed, out);
      for (int i = 0; i < framed.size(); i++) {
        assertEquals(4, framed.get(i).position(), call.name());
        assertArrayEquals(call.inputs().get(i), bytes(framed.get(i)), call.name());
      }
      if (call.written() >= 0) {
        assertArrayEquals(bytes(expected.flip()), bytes(out.flip()), call.name());
      }
    }
    for (KeyType type : KeyType.values()) {
      byte[] publicKey = calls.publicKey(type, KEY);
      ByteBuffer signature = ByteBuffer.allocateDirect(90).position(3);
      ByteBuffer message = framed(sequence(0, 9));
      keys.sign(type, framed(KEY), framed(publicKey), message, signature);
      ByteBuffer signed = signature.limit(signature.position()).position(3);
      assertTrue(keys.verify(type, framed(publicKey), message, signed));
    }
  }

  @Test
  @Rule("KD-04")
  void outputIsWrittenFromThePositionOnWhichMovesByWhatWasWritten() throws PluginException {
    for (KeyCalls.Call call : calls.all(provider().hasArgon2id())) {
      ByteBuffer out = filled(call.room() + 30);
      out.position(9).limit(9 + call.room() + (call.fills() ? 0 : 11));
      int limit = out.limit();
      call.run(call.buffers(), out);
      assertEquals(limit, out.limit(), call.name());
      int written = call.written();
      if (written < 0) {
        // DER tells its own length.
        written = 2 + out.get(10);
      }
      assertEquals(9 + written, out.position(), call.name());
      assertFillerOutside(out, 9, written);
    }
  }

  @Test
  @Rule("KD-05")
  void tooLittleRoomLeavesTheOutputAsItWas() throws PluginException {
    for (KeyCalls.Call call : calls.all(false)) {
      if (call.room() > 0 && !call.fills()) {
        ByteBuffer narrow = filled(call.room() + 10);
        narrow.position(3).limit(3 + call.room() - 1);
        assertThrows(
            BufferOverflowException.class, () -> call.run(call.buffers(), narrow), call.name());
        assertEquals(3, narrow.position());
        assertFillerOutside(narrow, 0, 0);
      }
    }
  }

  @Test
  @Rule("KD-06")
  void keysHaveTheLengthOfTheirType() throws PluginException {
    for (KeyType type : KeyType.values()) {
      byte[] publicKey = calls.publicKey(type, KEY);
      byte[] signature = calls.sign(type, KEY, publicKey, NOTHING);
      for (int length : new int[] {0, 31, 33, 64}) {
        byte[] wrong = sequence(1, length);
        assertIllegal("private", () -> calls.isPrivateKey(type, wrong));
        assertIllegal("private", () -> calls.publicKey(type, wrong));
        assertIllegal("private", () -> calls.sign(type, wrong, publicKey, NOTHING));
        assertIllegal("private", () -> calls.add(type, KEY, wrong));
        assertIllegal("tweak", () -> calls.add(type, wrong, KEY));
      }
      for (int length : new int[] {0, publicKey.length - 1, publicKey.length + 1, 65}) {
        byte[] wrong = Arrays.copyOf(publicKey, length);
        assertIllegal("public", () -> calls.sign(type, KEY, wrong, NOTHING));
        assertIllegal("public", () -> calls.verify(type, wrong, NOTHING, signature));
      }
    }
  }

  @Test
  @Rule("KD-07")
  void whatIsNoPrivateKeyIsRefused() throws PluginException {
    for (KeyType type : CURVES) {
      byte[] publicKey = calls.publicKey(type, KEY);
      BigInteger order = order(type);
      for (byte[] none :
          List.of(new byte[32], bytes32(order), bytes32(order.add(BigInteger.ONE)), ones())) {
        assertIllegal("none", () -> calls.publicKey(type, none));
        assertIllegal("none", () -> calls.sign(type, none, publicKey, NOTHING));
        assertIllegal("none", () -> calls.add(type, KEY, none));
      }
    }
  }

  @Test
  @Rule("KD-08")
  void resultsAreThoseOfEveryOtherProvider() throws PluginException, GeneralSecurityException {
    Random random = Race.random("KD-08");
    for (int i = 0; i < 60; i++) {
      byte[] key = random(random, 32);
      byte[] some = random(random, random.nextInt(300));
      byte[] more = random(random, random.nextInt(200));
      int length = 1 + random.nextInt(200);
      assertArrayEquals(KeyDerivationReference.hmac(some, more), calls.hmac(some, more));
      assertArrayEquals(
          KeyDerivationReference.pbkdf2(some, more, i + 1, length),
          calls.pbkdf2(some, more, i + 1, length));
      assertArrayEquals(
          KeyDerivationReference.hkdf(key, some, more, length),
          calls.hkdf(key, some, more, length));
      byte[] publicKey = calls.publicKey(KeyType.ED25519, key);
      byte[] signature = KeyDerivationReference.signEd25519(key, some);
      assertArrayEquals(signature, calls.sign(KeyType.ED25519, key, publicKey, some));
      assertTrue(calls.verify(KeyType.ED25519, publicKey, some, signature));

      byte[] point = calls.publicKey(KeyType.NIST256P1, key);
      byte[] signed = calls.sign(KeyType.NIST256P1, key, point, some);
      assertTrue(KeyDerivationReference.verifyP256(point, some, signed));
      byte[] foreign = KeyDerivationReference.signP256(key, some);
      assertTrue(calls.verify(KeyType.NIST256P1, point, some, foreign));
    }
  }

  @Test
  @Rule("KD-09")
  void sha256IsThePublishedOne() throws PluginException {
    for (KeyDerivationAnswers.Hash known : KeyDerivationAnswers.SHA256) {
      assertAnswer(known.answer(), calls.sha256(known.message()));
    }
  }

  @Test
  @Rule("KD-10")
  void hmacSha512IsThePublishedOneWithAKeyOfAnyLength()
      throws PluginException, GeneralSecurityException {
    for (KeyDerivationAnswers.Hash known : KeyDerivationAnswers.HMAC_SHA512) {
      assertAnswer(known.answer(), calls.hmac(known.key(), known.message()));
    }
    for (int length : new int[] {0, 1, 63, 64, 127, 128, 129, 5000}) {
      byte[] key = sequence(1, length);
      assertArrayEquals(KeyDerivationReference.hmac(key, KEY), calls.hmac(key, KEY));
      assertArrayEquals(KeyDerivationReference.hmac(KEY, key), calls.hmac(KEY, key));
    }
  }

  @Test
  @Rule("KD-11")
  void pbkdf2IsThePublishedOne() throws PluginException, GeneralSecurityException {
    for (KeyDerivationAnswers.Pbkdf2 known : KeyDerivationAnswers.PBKDF2_HMAC_SHA512) {
      byte[] password = KeyDerivationAnswers.ascii(known.password());
      byte[] salt = KeyDerivationAnswers.ascii(known.salt());
      assertAnswer(known.answer(), calls.pbkdf2(password, salt, known.iterations(), 64));
    }
    for (int length : new int[] {1, 20, 63, 64, 65, 128, 129, 500}) {
      for (byte[] input : List.of(NOTHING, KEY, sequence(0, 300))) {
        assertArrayEquals(
            KeyDerivationReference.pbkdf2(input, KEY, 2, length),
            calls.pbkdf2(input, KEY, 2, length));
        assertArrayEquals(
            KeyDerivationReference.pbkdf2(KEY, input, 1, length),
            calls.pbkdf2(KEY, input, 1, length));
      }
    }
    assertIllegal("iterations", () -> calls.pbkdf2(KEY, KEY, 0, 64));
    assertIllegal("iterations", () -> calls.pbkdf2(KEY, KEY, -1, 64));
    assertIllegal("length", () -> calls.pbkdf2(KEY, KEY, 1, 0));
  }

  @Test
  @Rule("KD-12")
  void hkdfIsTheOneOfTheRfc() throws PluginException, GeneralSecurityException {
    for (KeyDerivationAnswers.Hkdf known : KeyDerivationAnswers.HKDF_SHA512) {
      int length = known.answer().length() / 2;
      assertAnswer(
          known.answer(), calls.hkdf(known.keyMaterial(), known.salt(), known.info(), length));
    }
    byte[] longest = sequence(0, KeyDerivation.MAX_HKDF_INFO_BYTES);
    for (int length : new int[] {1, 64, 65, KeyDerivation.MAX_HKDF_BYTES}) {
      for (byte[] input : List.of(NOTHING, KEY, longest)) {
        assertArrayEquals(
            KeyDerivationReference.hkdf(input, KEY, KEY, length),
            calls.hkdf(input, KEY, KEY, length));
        assertArrayEquals(
            KeyDerivationReference.hkdf(KEY, input, input, length),
            calls.hkdf(KEY, input, input, length));
      }
    }
    assertIllegal("length", () -> calls.hkdf(KEY, KEY, KEY, 0));
    assertIllegal("length", () -> calls.hkdf(KEY, KEY, KEY, KeyDerivation.MAX_HKDF_BYTES + 1));
    assertIllegal("info", () -> calls.hkdf(KEY, KEY, sequence(0, longest.length + 1), 64));
  }

  @Test
  @Rule("KD-13")
  void argon2idIsThePublishedOneOrUnavailable() throws PluginException {
    Argon2Parameters small = new Argon2Parameters(1, 8, 1);
    assertIllegal("salt", () -> calls.argon2id(KEY, sequence(0, 7), small, 32));
    assertIllegal("length", () -> calls.argon2id(KEY, KEY, small, 3));
    if (!provider().hasArgon2id()) {
      assertReason(PluginException.Reason.UNAVAILABLE, () -> calls.argon2id(KEY, KEY, small, 32));
      return;
    }
    for (KeyDerivationAnswers.Argon2 known : KeyDerivationAnswers.ARGON2ID) {
      int length = known.answer().length() / 2;
      assertAnswer(
          known.answer(),
          calls.argon2id(known.password(), known.salt(), known.parameters(), length));
    }
    Argon2Parameters twoTebibytes = new Argon2Parameters(1, Integer.MAX_VALUE, 1);
    assertReason(PluginException.Reason.NO_SPACE, () -> calls.argon2id(KEY, KEY, twoTebibytes, 32));
  }

  @Test
  void wycheproofsHmacSha512() throws PluginException, IOException {
    for (WycheproofVectors.Vector vector :
        WycheproofVectors.read("wycheproof_hmac_sha512_test.json")) {
      byte[] tag = vector.bytes("tag");
      byte[] mac = calls.hmac(vector.bytes("key"), vector.bytes("msg"));
      boolean equal = Arrays.equals(tag, Arrays.copyOf(mac, tag.length));
      assertEquals(vector.valid(), equal, vector.id());
    }
  }

  @Test
  void wycheproofsPbkdf2HmacSha512() throws PluginException, IOException {
    for (WycheproofVectors.Vector vector :
        WycheproofVectors.read("wycheproof_pbkdf2_hmacsha512_test.json")) {
      byte[] derived =
          calls.pbkdf2(
              vector.bytes("password"),
              vector.bytes("salt"),
              vector.number("iterationCount"),
              vector.number("dkLen"));
      assertEquals(vector.valid(), Arrays.equals(vector.bytes("dk"), derived), vector.id());
    }
  }
}
