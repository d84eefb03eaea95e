package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Envelopes of messages, beside an implementation by javax.crypto. */
final class EnvelopeCipherTest {
  private static final Pattern FORM =
      Pattern.compile(
          "\\{\"key_version\":(\\d+),\"salt\":\"([A-Za-z0-9+/]{43}=)\",\"iv\":\"([A-Za-z0-9+/]{16})\","
              + "\"data\":\"([A-Za-z0-9+/]+={0,2})\"\\}");

  /** Its key by Python's hashlib and hmac, its data by javax.crypto. */
  private static final String PINNED =
      "{\"key_version\":1,\"salt\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\","
          + "\"iv\":\"QkJCQkJCQkJCQkJC\",\"data\":\"zaUsJJSzr92sejgP0XyBBSh2GXQ6WKf4a1vu3jeK\"}";

  private Parts parts;
  private EnvelopeCipher cipher;
  private ByteBuffer node;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    cipher = new EnvelopeCipher(parts.keys, parts.ciphers, parts.arena);
    node = parts.node(KeyPath.encryption(1));
  }

  @AfterEach
  void close() {
    assertTrue(parts.allSlotsAreFree(), "a slot was not given back");
    parts.close();
  }

  /** Made with javax.crypto, for the mnemonic of the other tests and version 1. */
  @Test
  void anEnvelopeOfOldIsDecrypted() throws Exception {
    assertEquals("attack at dawn", decrypt(PINNED));
    assertEquals("attack at dawn", decrypt(PINNED + "\n"));
  }

  @Test
  void thePinnedEnvelopeIsWhatJavaxCryptoMakes() throws Exception {
    byte[] salt = new byte[32];
    byte[] iv = new byte[12];
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) i;
    }
    Arrays.fill(iv, (byte) 0x42);
    Cipher reference = reference(Cipher.ENCRYPT_MODE, salt, iv);
    byte[] data = reference.doFinal("attack at dawn".getBytes(StandardCharsets.UTF_8));
    Base64.Encoder base64 = Base64.getEncoder();
    assertEquals(
        "{\"key_version\":1,\"salt\":\""
            + base64.encodeToString(salt)
            + "\",\"iv\":\""
            + base64.encodeToString(iv)
            + "\",\"data\":\""
            + base64.encodeToString(data)
            + "\"}",
        PINNED);
  }

  @Test
  void othersDecryptWhatIsEncrypted() throws Exception {
    for (int size : new int[] {0, 1, 2, 3, 100, 3055, 3056, 3057, 6128, 100_000, 1 << 20}) {
      byte[] message = message(size);
      Matcher form = FORM.matcher(encrypt(message, 1));
      assertTrue(form.matches(), "size " + size);
      assertEquals("1", form.group(1));
      byte[] salt = Base64.getDecoder().decode(form.group(2));
      byte[] iv = Base64.getDecoder().decode(form.group(3));
      byte[] data = Base64.getDecoder().decode(form.group(4));
      assertArrayEquals(message, reference(Cipher.DECRYPT_MODE, salt, iv).doFinal(data));
    }
  }

  @Test
  void whatIsEncryptedIsDecrypted() throws Exception {
    for (int size : new int[] {0, 1, 15, 3056, 65_536, 1 << 20}) {
      for (int version : new int[] {0, 1, Integer.MAX_VALUE}) {
        byte[] message = message(size);
        Envelope envelope = Envelope.parse(Parts.utf8(encrypt(message, version)));
        assertEquals(version, envelope.keyVersion());
        assertEquals(size, envelope.plaintextBytes());
        ByteBuffer plaintext = ByteBuffer.allocateDirect(size + 5).position(3);
        cipher.decrypt(envelope, node, plaintext);
        assertEquals(3 + size, plaintext.position());
        assertArrayEquals(message, Parts.bytes(plaintext.slice(3, size)));
      }
    }
  }

  @Test
  void noTwoEnvelopesAreAlike() throws Exception {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Matcher form = FORM.matcher(encrypt(message(20), 1));
      assertTrue(form.matches());
      seen.add(form.group(2));
      seen.add(form.group(4));
    }
    assertEquals(100, seen.size());
  }

  @Test
  void anotherNodeSaltIvOrDataRevealsNothing() throws Exception {
    String json = encrypt(message(100), 1);
    ByteBuffer other = parts.node(KeyPath.encryption(2));
    refuses(json, other);
    String again = encrypt(message(100), 1);
    for (String member : new String[] {"salt", "iv", "data"}) {
      Pattern value = Pattern.compile("\"" + member + "\":\"[^\"]*\"");
      Matcher foreign = value.matcher(again);
      assertTrue(foreign.find());
      refuses(value.matcher(json).replaceFirst(foreign.group()), node);
    }
    assertEquals(100, decrypt(json).length(), "the control");
  }

  @Test
  void theOutputNeedsItsRoomAndOnlyThat() throws Exception {
    int room = Envelope.maxJsonBytes(10);
    ByteBuffer narrow = ByteBuffer.allocateDirect(room - 1);
    ByteBuffer message = Parts.direct(message(10));
    assertThrows(BufferOverflowException.class, () -> cipher.encrypt(message, 1, node, narrow));
    assertEquals(0, narrow.position());
    ByteBuffer framed = ByteBuffer.allocateDirect(room + 4).position(4);
    framed.putInt(0, 0x11223344);
    cipher.encrypt(message, Integer.MAX_VALUE, node, framed);
    assertEquals(0, message.position());
    assertEquals(0, node.position());
    assertEquals(0x11223344, framed.getInt(0));
    String json = Parts.text(framed.flip().position(4));
    assertTrue(FORM.matcher(json).matches(), json);
    assertTrue(framed.remaining() <= room);
    ByteBuffer small = ByteBuffer.allocateDirect(9);
    Envelope envelope = Envelope.parse(framed);
    assertThrows(BufferOverflowException.class, () -> cipher.decrypt(envelope, node, small));
    assertThrows(
        IllegalArgumentException.class, () -> cipher.encrypt(message, -1, node, framed.clear()));
  }

  @Test
  void theMessageIsNowhereInTheJsonsBuffer() throws Exception {
    byte[] message = message(1000);
    ByteBuffer json = ByteBuffer.allocateDirect(5000);
    cipher.encrypt(Parts.direct(message), 1, node, json);
    byte[] all = Parts.bytes(json.clear());
    String plain = new String(message, StandardCharsets.ISO_8859_1);
    assertFalse(new String(all, StandardCharsets.ISO_8859_1).contains(plain.substring(500, 516)));
  }

  private void refuses(String json, ByteBuffer key) throws Exception {
    Envelope envelope = Envelope.parse(Parts.utf8(json));
    ByteBuffer plaintext = ByteBuffer.allocateDirect(envelope.plaintextBytes());
    PluginException refusal =
        assertThrows(PluginException.class, () -> cipher.decrypt(envelope, key, plaintext));
    assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, refusal.reason());
    assertEquals(0, plaintext.position());
    assertEquals("00".repeat(plaintext.limit()), Parts.hex(plaintext));
  }

  private String encrypt(byte[] message, int version) throws Exception {
    ByteBuffer json = ByteBuffer.allocateDirect(Envelope.maxJsonBytes(message.length));
    cipher.encrypt(Parts.direct(message), version, node, json);
    return Parts.text(json.flip());
  }

  private String decrypt(String json) throws Exception {
    Envelope envelope = Envelope.parse(Parts.utf8(json));
    ByteBuffer plaintext = ByteBuffer.allocateDirect(envelope.plaintextBytes());
    cipher.decrypt(envelope, node, plaintext);
    return Parts.text(plaintext.flip());
  }

  /** The same by the JDK: HKDF of RFC 5869 with one block, then AES-256-GCM. */
  private Cipher reference(int mode, byte[] salt, byte[] iv) throws Exception {
    byte[] prk = hmac(salt, Parts.bytes(node));
    byte[] info = "secmem encrypt v1\u0001".getBytes(StandardCharsets.US_ASCII);
    byte[] key = Arrays.copyOf(hmac(prk, info), 32);
    Cipher reference = Cipher.getInstance("AES/GCM/NoPadding");
    reference.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
    return reference;
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(key, "HmacSHA512"));
    return mac.doFinal(message);
  }

  private static byte[] message(int size) {
    byte[] message = new byte[size];
    for (int i = 0; i < size; i++) {
      message[i] = (byte) ('a' + i * i % 26);
    }
    return message;
  }
}
