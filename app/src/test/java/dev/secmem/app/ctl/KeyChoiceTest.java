package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.cli.UsageException;
import org.junit.jupiter.api.Test;

final class KeyChoiceTest {

  @Test
  void namesStandForPaths() throws Exception {
    assertEquals(new KeyChoice("m/74'/0'/0'/0'", KeyType.ED25519), choice("identity"));
    assertEquals(new KeyChoice("m/74'/0'/1'/0'", KeyType.ED25519), choice("ssh-host"));
    assertEquals(new KeyChoice("m/44'/60'/0'/0/0", KeyType.SECP256K1), choice("ethereum"));
    assertEquals(new KeyChoice("m/74'/0'/0'/7'", KeyType.ED25519), choice("device:7"));
    assertEquals("m/74'/0'/0'/2147483647'", choice("device:2147483647").path());
  }

  @Test
  void pathsAreTakenInOneForm() throws Exception {
    assertEquals(new KeyChoice("m/1'/2'", KeyType.ED25519), choice("m/1h/2'"));
    assertEquals(KeyType.SECP256K1, choice("m/44h/60h/0h/0/0").type(), "the path is ethereum's");
  }

  @Test
  void theTypeIsTheOptions() throws Exception {
    assertEquals(KeyType.NIST256P1, choice("ssh-host", "--type", "nist256p1").type());
    assertEquals(KeyType.SECP256K1, choice("m/1/2", "--type", "secp256k1").type());
    assertEquals(KeyType.ED25519, choice("ethereum", "--type=ed25519").type());
  }

  @Test
  void othersAreRefused() {
    for (String bad :
        new String[] {
          "", "me", "Identity", "device", "device:", "device:-1", "device:01", "device:x",
          "device:2147483648", "m/", "/1", "m/1''", "m//1", "m/2147483648", "44'/60'", "m/1/x"
        }) {
      assertThrows(UsageException.class, () -> choice(bad), bad);
    }
    for (String type : new String[] {"ED25519", "rsa", "ed25519 "}) {
      String message =
          assertThrows(UsageException.class, () -> choice("identity", "--type", type)).getMessage();
      assertTrue(message.contains("ed25519, secp256k1 or nist256p1"), message);
    }
  }

  @Test
  void whatIsTypedByMistakeIsNotRepeated() {
    for (String command : new String[] {"unlock", "lock", "init"}) {
      String message =
          assertThrows(
                  UsageException.class, () -> Arguments.parse(new String[] {command, "abandon"}))
              .getMessage();
      assertFalse(message.contains("abandon"), message);
    }
  }

  @Test
  void shortOptionsAreTheLongOnes() throws Exception {
    Arguments sign = parse("identity", "-i", "in", "-o=out");
    assertEquals("in", sign.value(KeySyntax.INPUT));
    assertEquals("out", sign.value(KeySyntax.OUTPUT));
    assertThrows(UsageException.class, () -> parse("identity", "-i", "a", "--input", "b"));
  }

  private static KeyChoice choice(String... words) throws UsageException {
    return KeyChoice.of(parse(words), KeySyntax.TYPE);
  }

  private static Arguments parse(String... words) throws UsageException {
    String[] line = new String[words.length + 1];
    line[0] = "sign";
    System.arraycopy(words, 0, line, 1, words.length);
    return Arguments.parse(line);
  }
}
