package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.api.identity.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of {@link Authenticator}. */
public abstract class AuthenticatorContract {
  private Authenticator authenticator;

  /** For subclasses. */
  protected AuthenticatorContract() {}

  /** The provider under test. */
  protected abstract AuthenticatorProvider provider();

  /** Grants that are well formed, {@code kind:value}; at least one of each kind. */
  protected abstract List<String> wellFormed();

  /** Grants of the same kinds that no peer could ever match. */
  protected abstract List<String> malformed();

  @BeforeEach
  final void createAuthenticator() throws PluginException {
    Availability availability = provider().availability();
    Capability.require(availability.isAvailable(), availability.reason());
    authenticator = provider().create();
  }

  @Test
  @Rule("AU-01")
  void valueThatNobodyCouldMatchIsRefused() {
    Peer peer = new UnknownPeer();
    List<String> grants = new ArrayList<>(malformed());
    for (String kind : authenticator.kinds()) {
      grants.add(kind + ":");
      grants.add(kind + ":\n");
    }
    grants.add("no-such-kind:1");
    for (String grant : grants) {
      String kind = kind(grant);
      String value = value(grant);
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> authenticator.normalize(kind, value),
              () -> "normalize took " + grant);
      assertFalse(refused.getMessage().isBlank(), "no sentence for the user");
      assertThrows(
          IllegalArgumentException.class,
          () -> authenticator.matches(peer, kind, value),
          () -> "matches took " + grant);
    }
  }

  @Test
  @Rule("AU-02")
  void factThatCannotBeHadIsNoMatch() {
    for (String grant : wellFormed()) {
      // Another object each time: nothing remembered of an earlier question may answer this one.
      Peer peer = new UnknownPeer();
      boolean matched;
      try {
        matched = authenticator.matches(peer, kind(grant), normal(grant));
      } catch (PluginException e) {
        assertNotNull(e.getMessage());
        continue;
      }
      assertFalse(matched, grant + " matched a peer of which nothing is known");
    }
  }

  @Test
  @Rule("AU-03")
  void kindsStayTheSame() throws PluginException {
    Set<String> kinds = authenticator.kinds();
    assertFalse(kinds.isEmpty());
    for (String kind : kinds) {
      assertTrue(kind.matches("[a-z]+"), kind);
      assertTrue(
          wellFormed().stream().anyMatch(grant -> kind(grant).equals(kind)),
          "no grant of kind " + kind + " to test with");
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(kinds, authenticator.kinds());
      assertEquals(kinds, provider().create().kinds());
    }
  }

  @Test
  @Rule("AU-04")
  void normalFormIsOne() {
    for (String grant : wellFormed()) {
      String once = normal(grant);
      assertEquals(once, authenticator.normalize(kind(grant), once));
    }
  }

  @Test
  @Rule("AU-05")
  void whatIsTrueOfAPeerMatchesIt() {
    for (String kind : authenticator.kinds()) {
      for (Peer peer : List.of(knownPeer(), new UnknownPeer())) {
        List<String> values;
        try {
          values = authenticator.values(peer, kind);
        } catch (PluginException e) {
          assertFalse(e.getMessage().isBlank(), "no sentence for the user");
          continue;
        }
        assertFalse(values.isEmpty(), kind + ": neither values nor the reason why there are none");
        for (String value : values) {
          assertEquals(value, authenticator.normalize(kind, value));
          assertTrue(
              assertDoesNotThrow(() -> authenticator.matches(peer, kind, value)),
              kind + ":" + value + " is said to be the peer's own, and does not match it");
        }
      }
    }
  }

  @Test
  @Rule("AU-06")
  void whyNotIsASentence() {
    for (String grant : wellFormed()) {
      for (Peer peer : List.of(knownPeer(), new UnknownPeer())) {
        String refusal = authenticator.refusal(peer, kind(grant), normal(grant));
        assertFalse(refusal.isBlank(), () -> "no reason why not " + grant);
      }
    }
  }

  /** A peer of which something can be known; here the process that runs the test. */
  protected Peer knownPeer() {
    return new OwnPeer();
  }

  private String normal(String grant) {
    return authenticator.normalize(kind(grant), value(grant));
  }

  private static String kind(String grant) {
    return grant.substring(0, grant.indexOf(':'));
  }

  private static String value(String grant) {
    return grant.substring(grant.indexOf(':') + 1);
  }

  /** This very process, which did not connect to anything. */
  private static final class OwnPeer extends NoPeer {
    @Override
    public long uid() {
      return id("unix:uid");
    }

    @Override
    public long gid() {
      return id("unix:gid");
    }

    @Override
    public int pid() {
      return (int) ProcessHandle.current().pid();
    }

    private static long id(String attribute) {
      try {
        Object id = Files.getAttribute(Path.of("/proc/self/comm"), attribute);
        return Integer.toUnsignedLong((Integer) id);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A peer whose connection is gone: only ids that nobody has are known of it. */
  private static final class UnknownPeer extends NoPeer {
    private static final long NOBODY = 4294967295L;

    @Override
    public long uid() {
      return NOBODY;
    }

    @Override
    public long gid() {
      return NOBODY;
    }

    @Override
    public int pid() {
      return 0;
    }
  }

  /** A peer without a connection. */
  private abstract static class NoPeer implements Peer {
    private final Map<Class<?>, Object> remembered = new HashMap<>();

    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public <T> T remember(Class<T> key, Supplier<T> source) {
      return key.cast(remembered.computeIfAbsent(key, unused -> source.get()));
    }
  }
}
