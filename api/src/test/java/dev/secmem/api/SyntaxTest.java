package dev.secmem.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.ServerOptions;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The words of the protocol that client and agent share. */
final class SyntaxTest {
  private static final String NAME_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/@:+";

  @Test
  void aNameHasTheseCharactersAndNoOthers() {
    for (int c = 0; c < 0x300; c++) {
      assertEquals(
          NAME_CHARACTERS.indexOf(c) >= 0, Syntax.isName("a" + (char) c + "b"), "character " + c);
      assertEquals(NAME_CHARACTERS.indexOf(c) >= 0, Syntax.isName("" + (char) c));
    }
    assertTrue(Syntax.isName(NAME_CHARACTERS));
    assertFalse(Syntax.isName("\uD83D\uDD11"));
    assertFalse(Syntax.isName("a\uFF41"));
  }

  @Test
  void aNameHasOneTo200Characters() {
    assertFalse(Syntax.isName(""));
    assertTrue(Syntax.isName("n"));
    assertTrue(Syntax.isName("n".repeat(200)));
    assertFalse(Syntax.isName("n".repeat(201)));
  }

  @Test
  void aNumberIsDecimalDigitsOnly() {
    assertEquals(0, Syntax.number("0"));
    assertEquals(7, Syntax.number("7"));
    assertEquals(Long.MAX_VALUE, Syntax.number("9223372036854775807"));
    for (String wrong :
        new String[] {
          "",
          "-",
          "-0",
          "-1",
          "+1",
          "00",
          "01",
          "1.0",
          "1e3",
          "0x1",
          " 1",
          "1 ",
          "1_000",
          "a",
          "\u0661",
          "\uFF11",
          "9223372036854775808",
          "9999999999999999999",
          "10000000000000000000",
          "18446744073709551616",
          "18446744073709551617",
          "99999999999999999999999999"
        }) {
      assertEquals(Syntax.NOT_A_NUMBER, Syntax.number(wrong), wrong);
    }
  }

  @Test
  void everyNumberBelow2To63IsItself() {
    Random random = new Random(1);
    BigInteger limit = BigInteger.ONE.shiftLeft(63);
    for (int i = 0; i < 200_000; i++) {
      BigInteger number = new BigInteger(1 + random.nextInt(66), random);
      long expected = number.compareTo(limit) < 0 ? number.longValueExact() : Syntax.NOT_A_NUMBER;
      assertEquals(expected, Syntax.number(number.toString()), number.toString());
    }
  }

  @Test
  void errorCodesAreTheirWords() {
    Set<String> words = new HashSet<>();
    for (ErrorCode code : ErrorCode.values()) {
      assertTrue(code.wire().matches("[a-z]+(-[a-z]+)*"), code.wire());
      assertTrue(words.add(code.wire()));
      assertSame(code, ErrorCode.ofWire(code.wire()));
    }
    assertEquals("not-found", ErrorCode.NOT_FOUND.wire());
    assertSame(ErrorCode.INTERNAL, ErrorCode.ofWire("something-new"));
    assertSame(ErrorCode.INTERNAL, ErrorCode.ofWire("NOT_FOUND"));
  }

  @Test
  void verbsAreTheirWords() {
    for (Verb verb : Verb.values()) {
      assertSame(verb, Verb.ofWire(verb.name()));
      assertNull(Verb.ofWire(verb.event()), "verbs are upper case");
      assertTrue(verb.takesBody() || !verb.needsBody());
    }
    assertNull(Verb.ofWire(""));
    assertNull(Verb.ofWire("PUTT"));
    assertEquals("hello", Verb.HELLO.event());
    assertTrue(Verb.PUT.needsBody());
    assertTrue(Verb.LOCK.takesBody());
    assertFalse(Verb.LOCK.needsBody());
    assertFalse(Verb.GET.takesBody());
  }

  @Test
  void availabilityHasAReasonWhereItIsNone() {
    assertTrue(Availability.available().isAvailable());
    assertEquals("", Availability.available().reason());
    Availability missing = Availability.unavailable("libcrypto.so.3 not found");
    assertFalse(missing.isAvailable());
    assertEquals("unavailable: libcrypto.so.3 not found", missing.toString());
    assertEquals("available", Availability.available().toString());
    assertThrows(IllegalArgumentException.class, () -> Availability.unavailable(" "));
    assertThrows(NullPointerException.class, () -> Availability.unavailable(null));
  }

  @Test
  void failuresCarryTheirReasonAndRefusalsNoStackTrace() {
    Exception cause = new Exception();
    PluginException failure =
        new PluginException(PluginException.Reason.FAILED, "store(x): no", cause);
    assertSame(PluginException.Reason.FAILED, failure.reason());
    assertSame(cause, failure.getCause());
    assertThrows(NullPointerException.class, () -> new PluginException(null, "x"));
    RequestException refusal = new RequestException(ErrorCode.BUSY, "later");
    assertSame(ErrorCode.BUSY, refusal.code());
    assertEquals(0, refusal.getStackTrace().length);
    assertThrows(NullPointerException.class, () -> new RequestException(null, "x"));
    assertThrows(NullPointerException.class, () -> new RequestException(ErrorCode.BUSY, null));
  }

  @Test
  void optionsThatCannotBeMeantAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new StoreOptions(0));
    assertEquals(1, new StoreOptions(1).maxBytes());
    ServerOptions defaults = ServerOptions.at("/x");
    assertEquals(-1, defaults.mode());
    assertFalse(defaults.othersAdmitted());
    assertThrows(IllegalArgumentException.class, () -> new ServerOptions("/x", 01000, false, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ServerOptions("/x", -2, false, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ServerOptions("/x", 0600, false, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ServerOptions("/x", 0600, false, 1, 0));
    assertEquals(0777, new ServerOptions("/x", 0777, false, 1, 1).mode());
    assertThrows(IllegalArgumentException.class, () -> defaults.withInherited(-2));
    ServerOptions inherited = defaults.withInherited(0);
    assertEquals(new ServerOptions("/x", -1, false, 600_000, 10_000, 0), inherited);
    assertEquals(-1, inherited.withInherited(-1).inherited());
    assertEquals(30_000, ClientOptions.at("/x").timeoutMillis());
    assertEquals(1, new ClientOptions("/x", Set.of(), 1).timeoutMillis());
    assertThrows(IllegalArgumentException.class, () -> new ClientOptions("/x", Set.of(), 0));
  }

  @Test
  void aClientIsToldTheAgentsCodeOrItsOwnReason() {
    SecretClientException refused = new SecretClientException(ErrorCode.BUSY, "later");
    assertSame(SecretClientException.Reason.REFUSED, refused.reason());
    assertSame(ErrorCode.BUSY, refused.code().orElseThrow());
    SecretClientException failed =
        new SecretClientException(SecretClientException.Reason.NO_AGENT, "nobody", null);
    assertSame(SecretClientException.Reason.NO_AGENT, failed.reason());
    assertTrue(failed.code().isEmpty());
  }
}
