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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The rules of {@link KeyDerivation}, and Project Wycheproof's tests where they are at hand. */
public abstract class KeyDerivationContract {
  private static final byte FILLER = 0x5a;
  private static final List<KeyType> CURVES = List.of(KeyType.SECP256K1, KeyType.NIST256P1);
  private static final byte[] KEY = sequence(7, 32);
  private static final byte[] NOTHING = new byte[0];

  private KeyDerivation keys;
  private KeyCalls calls;

  /** For subclasses. */
  protected KeyDerivationContract() {}

  /** The provider under test. */
  protected abstract KeyDerivationProvider provider();

  @BeforeEach
  final void createKeyDerivation() throws PluginException {
    Availability availability = provider().availability();
    Capability.require(availability.isAvailable(), availability.reason());
    keys = provider().create();
    calls = new KeyCalls(keys);
  }

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

  private static void assertAnswer(String expected, byte[] actual) {
    assertEquals(expected, HexFormat.of().formatHex(actual));
  }

  private static void assertIllegal(String what, Executable misuse) {
    assertThrows(IllegalArgumentException.class, misuse, what);
  }

  private static void assertReason(PluginException.Reason reason, Executable call) {
    assertEquals(reason, assertThrows(PluginException.class, call).reason());
  }

  private static void assertFillerOutside(ByteBuffer buffer, int from, int length) {
    ByteBuffer all = buffer.duplicate().clear();
    for (int i = 0; i < all.capacity(); i++) {
      if (i < from || i >= from + length) {
        assertEquals(FILLER, all.get(i));
      }
    }
  }

  /** The bytes inside a larger buffer, from position 4 to the limit. */
  private static ByteBuffer framed(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length + 9)
        .put(4, bytes)
        .position(4)
        .limit(4 + bytes.length);
  }

  private static ByteBuffer filled(int size) {
    byte[] filler = new byte[size];
    Arrays.fill(filler, FILLER);
    return direct(filler);
  }

  private static byte[] flipped(byte[] bytes, int index) {
    byte[] copy = bytes.clone();
    copy[index] ^= 1;
    return copy;
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] ones() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    return ones;
  }
}
