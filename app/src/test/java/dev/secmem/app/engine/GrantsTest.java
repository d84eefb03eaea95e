package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.OwnIdentity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Grants, who is meant by them, and who is let in at all. */
final class GrantsTest {
  @Test
  void oneOfThemIsEnoughAndAllTermsOfOneMustHold() throws Exception {
    Grants grants = parse("uid:5,uid:6+gid:60");
    assertTrue(grants.admit(new FakePeer(5, 1)));
    assertTrue(grants.admit(new FakePeer(6, 60)));
    assertFalse(grants.admit(new FakePeer(6, 61)));
    assertFalse(grants.admit(new FakePeer(7, 60)));
    assertFalse(Grants.NONE.admit(new FakePeer(0, 0)));
  }

  @Test
  void oneGivenTwiceIsKeptOnceInTheOrderGiven() throws Exception {
    Grants grants = parse("uid:6,uid:5,uid:6,gid:1+uid:2,uid:5");
    assertEquals("uid:6,uid:5,gid:1+uid:2", grants.bound());
    assertEquals(3, grants.count());
    assertEquals("uid:5", grants.wire(1));
    assertSame(Grants.NONE, Grants.of(List.of()));
  }

  @Test
  void everyTermCountsAsMemory() throws Exception {
    // A term is an object, a string and its bytes, however few characters of the line it takes.
    long many = parse("uid:1+".repeat(600) + "uid:1").metadataBytes();
    assertTrue(many >= 600 * 80, "600 terms count as " + many + " bytes");
    assertEquals(0, Grants.NONE.metadataBytes());
  }

  @Test
  void grantsTermsAndTextAddUpInTheQuota() throws Exception {
    long one = parse("uid:1").metadataBytes();
    assertEquals(64 + 64 + 96 + 3 * 5, one);
    assertEquals(one + 64 + 96 + 3 * 6, parse("uid:1,uid:2").metadataBytes(), "another grant");
    assertEquals(one + 96 + 3 * 6, parse("uid:1+uid:2").metadataBytes(), "another term");
    Peer owner = new FakePeer(5).with("77", null);
    Grants bound = Grants.of(List.of(), Parts.grantParser().bind("session", owner), Grade.ANY);
    assertEquals(64 + 96 + 3 * ";bind=session:77".length(), bound.metadataBytes(), "a bind");
  }

  @Test
  void thirtyTwoAreTheMost() throws Exception {
    StringBuilder text = new StringBuilder("uid:0");
    for (int i = 1; i < 32; i++) {
      text.append(",uid:").append(i);
    }
    assertEquals(32, parse(text.toString()).count());
    assertBad(text + ",uid:32", "more than 32 grants");
  }

  @Test
  void kindsThatNobodyJudgesAreNamedAndCutShort() {
    assertBad("tty:1", "no grant of kind tty");
    assertBad("", "no grant of kind (empty)");
    assertBad(":5", "no grant of kind (empty)");
    assertBad("x".repeat(100) + ":5", "no grant of kind " + "x".repeat(32));
  }

  @Test
  void twoJudgesOfOneKindEndTheStart() throws Exception {
    List<Authenticator> twice = new java.util.ArrayList<>(Parts.authenticators());
    twice.addAll(Parts.authenticators());
    PluginException refused =
        assertThrows(PluginException.class, () -> new GrantParser(twice, true));
    assertTrue(refused.getMessage().startsWith("two authenticators judge "), refused.getMessage());
  }

  @Test
  void aFactThatCannotBeHadIsNo() throws Exception {
    GrantParser parser = new GrantParser(List.of(new Broken()), true);
    Grants grants = parse(parser, "fact:unknown");
    assertFalse(grants.admit(new FakePeer(5)));
    assertTrue(parse(parser, "fact:unknown,fact:known").admit(new FakePeer(5)));
    assertFalse(parse(parser, "fact:known+fact:unknown").admit(new FakePeer(5)));
    assertEquals("fact:known", parse(parser, "fact:KNOWN").bound(), "in normal form");
  }

  /** Knows one fact, and fails on another. */
  private static final class Broken implements Authenticator {
    @Override
    public Set<String> kinds() {
      return Set.of("fact");
    }

    @Override
    public String normalize(String kind, String value) {
      return value.toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public boolean matches(Peer peer, String kind, String value) throws PluginException {
      if (value.equals("unknown")) {
        throw new PluginException(PluginException.Reason.FAILED, "on purpose");
      }
      return true;
    }
  }

  @Test
  void withoutAnybodyNamedOnlyTheAgentsOwnUidComesIn() throws Exception {
    Admission admission = new Admission(Set.of(), Set.of(), null);
    assertFalse(admission.admitsOthers());
    admission.check(new FakePeer(OwnIdentity.uid()));
    assertDenied(admission, new FakePeer(OwnIdentity.uid() + 1));
    assertDenied(admission, new FakePeer(65534));
  }

  @Test
  void namedUidsComeInAndGroupsOfThatKind() throws Exception {
    Admission uids = new Admission(Set.of(5L), Set.of(), null);
    assertTrue(uids.admitsOthers());
    uids.check(new FakePeer(5));
    uids.check(new FakePeer(OwnIdentity.uid()));
    assertDenied(uids, new FakePeer(6));
    Admission gids = new Admission(Set.of(), Set.of(50L, 51L), groups());
    gids.check(new FakePeer(5, 50));
    gids.check(new FakePeer(6, 51));
    assertDenied(gids, new FakePeer(5, 52));
    assertDenied(gids, new FakePeer(65534, 50));
  }

  @Test
  void whereBothAreNamedBothMustHold() throws Exception {
    Admission both = new Admission(Set.of(5L), Set.of(50L), groups());
    both.check(new FakePeer(5, 50));
    assertDenied(both, new FakePeer(5, 51));
    assertDenied(both, new FakePeer(6, 50));
  }

  @Test
  void whereUnmappedUidsLandIsRefusedAsAValue() {
    assertThrows(
        IllegalArgumentException.class, () -> new Admission(Set.of(65534L), Set.of(), null));
    assertThrows(
        IllegalArgumentException.class, () -> new Admission(Set.of(), Set.of(65534L), null));
  }

  private static Authenticator groups() throws Exception {
    return Parts.authenticators().stream()
        .filter(authenticator -> authenticator.kinds().contains("gid"))
        .findFirst()
        .orElseThrow();
  }

  private static void assertDenied(Admission admission, Peer peer) {
    RequestException denied = assertThrows(RequestException.class, () -> admission.check(peer));
    assertEquals(ErrorCode.DENIED, denied.code());
    assertEquals("uid " + peer.uid() + " is not admitted", denied.getMessage());
  }

  private static Grants parse(GrantParser parser, String text) throws Exception {
    return Grants.of(parser.given(text, new FakePeer(5)));
  }

  private static Grants parse(String text) throws Exception {
    return Parts.grants(text);
  }

  private static void assertBad(String text, String message) {
    RequestException bad = assertThrows(RequestException.class, () -> parse(text));
    assertEquals(ErrorCode.BAD_REQUEST, bad.code());
    assertEquals(message, bad.getMessage());
  }
}
