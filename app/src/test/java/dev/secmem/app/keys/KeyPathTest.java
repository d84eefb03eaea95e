package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Paths: what is read, what is refused, and which are kept apart. */
final class KeyPathTest {

  @Test
  void theNamedPathsAreThoseOfTheDocuments() {
    assertEquals("m/74'/0'/0'/0'", KeyPath.IDENTITY.toString());
    assertEquals("m/74'/0'/0'/7'", KeyPath.device(7).toString());
    assertEquals("m/74'/0'/1'/0'", KeyPath.SSH_HOST.toString());
    assertEquals("m/44'/60'/0'/0/0", KeyPath.ETHEREUM.toString());
    assertEquals("m/74'/1'/0'/2147483647'", KeyPath.sitePassword(0x7fffffff).toString());
    assertEquals("m/74'/2'/0'/3'", KeyPath.encryption(3).toString());
    assertEquals("m/74'/3'/0'/0'", KeyPath.ROOT.toString());
    assertThrows(IllegalArgumentException.class, () -> KeyPath.device(-1));
    assertThrows(IllegalArgumentException.class, () -> KeyPath.sitePassword(-1));
    assertThrows(IllegalArgumentException.class, () -> KeyPath.encryption(Integer.MIN_VALUE));
  }

  @Test
  void whatIsOfTheRightFormIsRead() {
    assertEquals("m", KeyPath.parse("m").toString());
    assertEquals("m/0", KeyPath.parse("m/0").toString());
    assertEquals("m/0'/0'", KeyPath.parse("m/0h/0'").toString());
    assertEquals("m/2147483647'", KeyPath.parse("m/2147483647h").toString());
    assertEquals(KeyPath.IDENTITY, KeyPath.parse("m/74h/0h/0h/0h"));
    assertEquals(KeyPath.IDENTITY.hashCode(), KeyPath.device(0).hashCode());
    assertNotEquals(KeyPath.parse("m/0"), KeyPath.parse("m/0'"));
    assertNotEquals(KeyPath.parse("m/0"), KeyPath.parse("m/0/0"));
    assertNotEquals(KeyPath.parse("m/0"), (Object) "m/0");
    String longest = "m" + "/2147483647'".repeat(KeyPath.MAX_STEPS);
    assertEquals(longest, KeyPath.parse(longest).toString());
  }

  @Test
  void everythingElseIsRefused() {
    String[] wrong = {
      "",
      "M",
      "m/",
      "/",
      "/0",
      "0",
      "74'/0'",
      "n/0",
      "mm/0",
      "m0",
      "m//0",
      "m/0/",
      "m/0//1",
      "m/'",
      "m/h",
      "m/0''",
      "m/0hh",
      "m/0'h",
      "m/0h'",
      "m/0H",
      "m/'0",
      "m/h0",
      "m/00",
      "m/01",
      "m/-1",
      "m/+1",
      "m/-0",
      "m/ 0",
      "m/0 ",
      " m/0",
      "m/0\n",
      "m/0x1",
      "m/1e3",
      "m/1.0",
      "m/a",
      "m/2147483648",
      "m/2147483648'",
      "m/4294967295",
      "m/4294967296",
      "m/99999999999",
      "m/18446744073709551616",
      "m/0\u2019",
      "m/\u0660",
      "m/\uff10",
      "m\\0",
      "m/0/m",
      "m/m",
      "m/0" + "'".repeat(500),
      "m" + "/0".repeat(KeyPath.MAX_STEPS + 1),
      "m/" + "0".repeat(1000),
      "m" + "/".repeat(16)
    };
    for (String text : wrong) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> KeyPath.parse(text), text);
      assertTrue(refusal.getMessage().contains("path"), refusal.getMessage());
    }
  }

  @Test
  void theStepThatIsWrongIsNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> KeyPath.parse("m/0'/1/x'/3"))
            .getMessage();
    assertTrue(message.startsWith("step 3 of the path "), message);
  }

  @Test
  void nodesOfSymmetricKeysAreKeptApart() {
    for (String kept :
        new String[] {
          "m/74'/1'", "m/74'/2'", "m/74'/3'", "m/74'/1'/0'/5'", "m/74'/2'/0'/1'/9", "m/74'/3'/0'/0'"
        }) {
      assertTrue(KeyPath.parse(kept).isKeptForSymmetricKeys(), kept);
    }
    assertTrue(KeyPath.ROOT.isKeptForSymmetricKeys());
    assertTrue(KeyPath.sitePassword(0).isKeptForSymmetricKeys());
    assertTrue(KeyPath.encryption(0).isKeptForSymmetricKeys());
    for (String free :
        new String[] {
          "m",
          "m/74'",
          "m/74",
          "m/74'/0'",
          "m/74'/4'",
          "m/74'/1",
          "m/74/1'",
          "m/73'/1'",
          "m/1'",
          "m/0'/74'/1'",
          "m/44'/60'/0'/0/0",
          "m/74'/0'/1'/0'"
        }) {
      assertFalse(KeyPath.parse(free).isKeptForSymmetricKeys(), free);
    }
  }

  @Test
  void hardenedIsWhereEveryStepIs() {
    assertTrue(KeyPath.parse("m").isHardened());
    assertTrue(KeyPath.IDENTITY.isHardened());
    assertFalse(KeyPath.ETHEREUM.isHardened());
    assertFalse(KeyPath.parse("m/0'/0").isHardened());
  }
}
