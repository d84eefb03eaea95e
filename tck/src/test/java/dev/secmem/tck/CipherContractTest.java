package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract catches what breaks it. */
final class CipherContractTest {
  private static String broken;

  /** Not found by the build's own scan, which leaves nested classes out. */
  static final class Fake extends CipherContract {
    @Override
    protected CipherProvider provider() {
      return new FakeCipherProvider(broken);
    }
  }

  @Test
  void everyRuleHasItsTest() throws IOException {
    KitAssert.assertRulesMatch(CipherContract.class, Cipher.class);
  }

  @Test
  void aCorrectCipherFailsNoRule() {
    broken = "";
    assertEquals(Set.of(), KitAssert.failedRules(Fake.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CI-01", "CI-02", "CI-03", "CI-04", "CI-05", "CI-06", "CI-07", "CI-08", "CI-09", "CI-10",
        "CI-11", "CI-12", "CI-13"
      })
  void aCipherThatBreaksARuleFailsIt(String rule) {
    broken = rule;
    Set<String> failed = KitAssert.failedRules(Fake.class);
    assertTrue(failed.contains(rule), rule + " broken, failed: " + failed);
  }
}
