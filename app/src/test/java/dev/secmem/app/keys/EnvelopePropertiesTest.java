package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Hostile envelopes: none but the right one gives a message. */
final class EnvelopePropertiesTest {
  private static final String MESSAGE = "a message of some length";

  private static Parts parts;
  private static EnvelopeCipher cipher;
  private static ByteBuffer node;
  private static byte[] json;

  @BeforeContainer
  static void open() throws Exception {
    parts = Parts.open();
    cipher = new EnvelopeCipher(parts.keys, parts.ciphers, parts.arena);
    node = parts.node(KeyPath.encryption(1));
    ByteBuffer out = ByteBuffer.allocateDirect(Envelope.maxJsonBytes(MESSAGE.length()));
    cipher.encrypt(Parts.utf8(MESSAGE), 1, node, out);
    json = Parts.bytes(out.flip());
  }

  @AfterContainer
  static void close() {
    assertTrue(parts.allSlotsAreFree());
    parts.close();
  }

  @Property(tries = 2000)
  void anAlteredByteGivesNoOtherMessage(@ForAll @IntRange(max = 1000) int at, @ForAll byte value)
      throws Exception {
    byte[] altered = json.clone();
    altered[at % altered.length] = value;
    judge(altered);
  }

  @Property(tries = 1000)
  void aMissingOrAddedPartGivesNoOtherMessage(
      @ForAll @IntRange(max = 1000) int from,
      @ForAll @IntRange(max = 1000) int to,
      @ForAll @Size(max = 5) byte[] added)
      throws Exception {
    int a = Math.min(from % json.length, to % json.length);
    int b = Math.max(from % json.length, to % json.length);
    ByteBuffer altered = ByteBuffer.allocate(json.length - (b - a) + added.length);
    altered.put(json, 0, a).put(added).put(json, b, json.length - b);
    judge(altered.array());
  }

  @Property(tries = 1000)
  void whateverIsGivenIsJudged(@ForAll @Size(max = 300) byte[] any) throws Exception {
    judge(any);
  }

  /** Refused, or the message: blanks may have changed. */
  private static void judge(byte[] given) throws Exception {
    ByteBuffer plaintext = ByteBuffer.allocateDirect(1000);
    try {
      cipher.decrypt(Envelope.parse(Parts.direct(given)), node, plaintext);
      assertEquals(MESSAGE, Parts.text(plaintext.flip()), text(given));
    } catch (EnvelopeException e) {
      assertTrue(e.getMessage().startsWith("not an envelope: "));
    } catch (PluginException e) {
      assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, e.reason(), text(given));
      assertEquals(0, plaintext.position());
    }
  }

  private static String text(byte[] given) {
    return new String(given, StandardCharsets.ISO_8859_1);
  }
}
