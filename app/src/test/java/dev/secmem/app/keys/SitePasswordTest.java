package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.crypto.KeyType;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.text.Normalizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Passwords of sites. Those that are written out can never change. */
final class SitePasswordTest {
  private Parts parts;
  private SitePassword passwords;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    passwords = new SitePassword(parts.keys);
  }

  @AfterEach
  void close() {
    assertTrue(parts.allSlotsAreFree());
    parts.close();
  }

  /** Computed with Python's hashlib, hmac and unicodedata, from the mnemonic on. */
  @Test
  void threeThatCanNeverChange() throws Exception {
    assertEquals(1371329403, SitePassword.index("example.com"));
    assertEquals("BRaugBrlPlqpSKtE8_eW", password("", "example.com", 20));
    assertEquals(1666948066, SitePassword.index("b\u00fccher.example"));
    assertEquals("nXtGbN52CUJ6IV25Wx63Fj0kpJAee385", password("", "b\u00fccher.example", 32));
    assertEquals(696671465, SitePassword.index("login.example.org:8443"));
    assertEquals(
        "0ScltYkhoBjXGb9uaZkDz3zap96yKdQmHHhSIlv4IqCuB3IwnGYvh12aehO-N0XiCo05CH7sIMg8YBIXbYl1KplL"
            + "El8THQ2yaxpVhh1SRap1Qf6KiaOx9CQfmXpSJ3RK",
        password("TREZOR", "login.example.org:8443", 128));
  }

  @Test
  void oneNameInAnyFormIsOneSite() {
    String site = "\u1e69\u0323 b\u00fccher \uac00.example";
    int index = SitePassword.index(site);
    assertEquals(index, SitePassword.index(Normalizer.normalize(site, Normalizer.Form.NFD)));
    assertEquals(index, SitePassword.index(Normalizer.normalize(site, Normalizer.Form.NFC)));
    assertNotEquals(index, SitePassword.index(site.toUpperCase(java.util.Locale.ROOT)));
    assertNotEquals(SitePassword.index("a"), SitePassword.index("a "));
  }

  @Test
  void anIndexHas31Bits() {
    int all = 0;
    for (int i = 0; i < 100; i++) {
      int index = SitePassword.index("site " + i);
      assertTrue(index >= 0);
      all |= index;
    }
    assertEquals(Integer.MAX_VALUE, all);
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String site : new String[] {"", "\ud800", "a\udc00", "\udc00\ud800"}) {
      assertThrows(IllegalArgumentException.class, () -> SitePassword.index(site));
    }
  }

  @Test
  void aShorterOneIsTheBeginningOfALongerOne() throws Exception {
    String longest = password("", "example.com", SitePassword.MAX_LENGTH);
    assertTrue(longest.matches("[A-Za-z0-9_-]{128}"), longest);
    for (int length : new int[] {8, 9, 64, 127}) {
      assertEquals(longest.substring(0, length), password("", "example.com", length));
    }
    assertNotEquals(longest, password("x", "example.com", SitePassword.MAX_LENGTH));
    assertNotEquals(longest, password("", "example.org", SitePassword.MAX_LENGTH));
  }

  @Test
  void everyCharacterComes() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      all.append(password("", "site " + i, 128));
    }
    assertEquals(64, all.chars().distinct().count());
  }

  @Test
  void otherLengthsAndTooLittleRoomAreRefused() throws Exception {
    ByteBuffer node = parts.node(KeyPath.sitePassword(1));
    ByteBuffer out = ByteBuffer.allocateDirect(200);
    for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 7, 129, Integer.MAX_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> passwords.write(node, length, out));
    }
    ByteBuffer narrow = ByteBuffer.allocateDirect(19);
    assertThrows(BufferOverflowException.class, () -> passwords.write(node, 20, narrow));
    assertEquals(0, out.position());
    passwords.write(node, 20, out.position(3));
    assertEquals(23, out.position());
    assertEquals("000000", Parts.hex(out.slice(0, 3)));
    assertEquals("000000", Parts.hex(out.slice(23, 3)));
  }

  private String password(String passphrase, String site, int length) throws Exception {
    ByteBuffer node = ByteBuffer.allocateDirect(32);
    KeyPath path = KeyPath.sitePassword(SitePassword.index(site));
    parts.tree.derive(parts.seed(passphrase), path, KeyType.ED25519, node);
    ByteBuffer password = ByteBuffer.allocateDirect(length);
    passwords.write(node.flip(), length, password);
    return Parts.text(password.flip());
  }
}
