package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Verb;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * Each verb of the protocol once, doing its work, of an agent with {@code --root mnemonic} and
 * {@code --allow-derive} that is locked. A verb that is new fails until it is asked here.
 */
final class EveryVerb {
  private final RawClient client;
  private final Set<Verb> done = EnumSet.noneOf(Verb.class);

  private EveryVerb(RawClient client) {
    this.client = client;
  }

  static void of(RawClient client) {
    EveryVerb all = new EveryVerb(client);
    all.expectOk("UNLOCK", Mnemonics.LEGAL);
    all.onSecrets();
    all.onKeys();
    all.expectOk("LOCK", null);
    assertEquals("locked", client.code("GET k"));
    all.expectOk("UNLOCK", Mnemonics.LEGAL);
    assertEquals("value", client.ask("GET k").text());
    assertEquals(EnumSet.allOf(Verb.class), all.done, "the verbs that were asked");
  }

  private void onSecrets() {
    expectOk("HELLO", null);
    expectOk("PUT a 60000 reads=3", "value");
    expectOk("PUT k 60000", "value");
    assertEquals("value", text("GET a"));
    expectOk("STAT a", null);
    expectOk("TOUCH a 70000", null);
    // What is asked of /proc about this very process; nobody has the others' rights here.
    expectOk("GRANT a uid:7005+exe:/usr/bin/env,unit:x.service", null);
    assertTrue(text("EXPLAIN a " + ProcessHandle.current().pid()).contains("\"readable\":true"));
    assertTrue(text("WHOAMI").contains("\"pid\":"));
    expectOk("REVOKE a unit:x.service", null);
    expectOk("RENAME a b", null);
    assertTrue(text("LIST b").contains("\"name\":\"b\""));
    assertTrue(text("STATUS").contains("\"protocol\":1"));
    assertTrue(text("METRICS").endsWith("# EOF\n"));
    assertTrue(text("AUDIT").contains("\"event\":\"rename\""));
    expectOk("DEL b", null);
    assertEquals("not-found", client.code("GET b"));
  }

  private void onKeys() {
    expectOk("PUBKEY m/0' ed25519", null);
    assertEquals(64, body("SIGN m/0' ed25519", bytes("message")).length);
    assertTrue(body("SIGN m/0'/1 secp256k1", bytes("message")).length > 64);
    assertEquals(32, body("DERIVE m/0' nist256p1", null).length);
    assertEquals(20, text("PASSWORD example.com 20").length());
    byte[] envelope = body("ENCRYPT", bytes("text"));
    byte[] rotated = body("ROTATE 2", envelope);
    assertArrayEquals(bytes("text"), body("DECRYPT", rotated));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Reply ask(String line, byte[] body) {
    Reply reply = body == null ? client.ask(line) : client.askWith(line, body);
    assertEquals("ok", reply.code(), () -> line + ": " + reply.line());
    done.add(Verb.ofWire(line.split(" ")[0]));
    return reply;
  }

  private void expectOk(String line, String body) {
    ask(line, body == null ? null : bytes(body)).close();
  }

  private byte[] body(String line, byte[] body) {
    return ask(line, body).body();
  }

  private String text(String line) {
    return ask(line, null).text();
  }
}
