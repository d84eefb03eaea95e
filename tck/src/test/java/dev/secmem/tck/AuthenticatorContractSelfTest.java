package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.api.identity.Peer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authenticator contract catches what breaks it. */
final class AuthenticatorContractSelfTest {
  private static String broken;

  /** Not found by the build's own scan, which leaves nested classes out. */
  static final class Fake extends AuthenticatorContract {
    @Override
    protected AuthenticatorProvider provider() {
      return new FakeAuthenticatorProvider();
    }

    @Override
    protected List<String> wellFormed() {
      return List.of("color:red", "color:#00FF00");
    }

    @Override
    protected List<String> malformed() {
      return List.of("color:loud", "color:#12");
    }
  }

  private static final class FakeAuthenticatorProvider implements AuthenticatorProvider {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public Availability availability() {
      return Availability.available();
    }

    @Override
    public Authenticator create() {
      return new FakeAuthenticator();
    }
  }

  /** Judges by the color of a peer, which has none. */
  private static final class FakeAuthenticator implements Authenticator {
    private int asked;

    @Override
    public Set<String> kinds() {
      return broken.equals("AU-03") && asked++ > 0 ? Set.of("colour") : Set.of("color");
    }

    @Override
    public String normalize(String kind, String value) {
      boolean known = value.equals("red") || value.matches("#[0-9a-fA-F]{6,}");
      if (!kind.equals("color") || !(known || broken.equals("AU-01") && value.equals("loud"))) {
        throw new IllegalArgumentException("no such color");
      }
      return broken.equals("AU-04") && value.startsWith("#") ? value + "0" : value.toLowerCase();
    }

    @Override
    public boolean matches(Peer peer, String kind, String value) {
      normalize(kind, value);
      return broken.equals("AU-02") && peer.descriptor() < 0 || isRed(peer, value);
    }

    /** The process that runs this has a color. */
    private static boolean isRed(Peer peer, String value) {
      return peer.pid() > 0 && value.equals("red") && !broken.equals("AU-05");
    }

    @Override
    public List<String> values(Peer peer, String kind) throws PluginException {
      if (peer.pid() == 0) {
        throw new PluginException(PluginException.Reason.FAILED, "color: nobody has none");
      }
      return List.of("red");
    }

    @Override
    public String refusal(Peer peer, String kind, String value) {
      return broken.equals("AU-06") ? " " : "it is of another color";
    }
  }

  @Test
  void everyRuleHasItsTest() throws IOException {
    KitAssert.assertRulesMatch(AuthenticatorContract.class, Authenticator.class);
  }

  @Test
  void aCorrectAuthenticatorFailsNoRule() {
    broken = "";
    assertEquals(Set.of(), KitAssert.failedRules(Fake.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AU-01", "AU-02", "AU-03", "AU-04", "AU-05", "AU-06"})
  void anAuthenticatorThatBreaksARuleFailsIt(String rule) {
    broken = rule;
    Set<String> failed = KitAssert.failedRules(Fake.class);
    assertTrue(failed.contains(rule), rule + " broken, failed: " + failed);
  }
}
