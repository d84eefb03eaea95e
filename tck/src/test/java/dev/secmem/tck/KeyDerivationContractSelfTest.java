package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of key derivation catches what breaks it. */
final class KeyDerivationContractSelfTest {
  private static String broken = "";

  /** Not found by the build's own scan, which leaves nested classes out. */
  static final class Fake extends KeyDerivationContract {
    @Override
    protected KeyDerivationProvider provider() {
      return new FakeKeyDerivationProvider(broken);
    }
  }

  @BeforeAll
  static void fewRoundsDoForFaultsThatAlwaysShow() {
    System.setProperty("tck.roundsPercent", "5");
  }

  @AfterAll
  static void everyoneElseRunsAll() {
    System.clearProperty("tck.roundsPercent");
  }

  @Test
  void everyRuleHasItsTest() throws IOException {
    KitAssert.assertRulesMatch(KeyDerivationContract.class, KeyDerivation.class);
  }

  @Test
  void correctKeyDerivationFailsNoTest() {
    broken = "";
    assertEquals(Set.of(), KitAssert.failedTests(Fake.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KD-01", "KD-02", "KD-03", "KD-04", "KD-05", "KD-06", "KD-07", "KD-08", "KD-09", "KD-10",
        "KD-11", "KD-12", "KD-13", "KD-14", "KD-15", "KD-16", "KD-17", "KD-18"
      })
  void whatBreaksARuleFailsIt(String rule) {
    broken = rule;
    assertEquals(Set.of(rule), KitAssert.failedRules(Fake.class, rule));
  }
}
