package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.tck.FakeSecretStore.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows that the contract lets a correct store pass, and that no broken one gets through. */
final class SecretStoreContractSelfTest {
  private static Fault fault;

  @BeforeAll
  static void fewRounds() {
    System.setProperty("tck.roundsPercent", "10");
  }

  @AfterAll
  static void usualRounds() {
    System.clearProperty("tck.roundsPercent");
  }

  @Test
  void everyRuleHasATest() throws IOException {
    KitAssert.assertRulesMatch(SecretStoreContract.class, SecretStore.class);
  }

  @Test
  void everyRuleHasAFault() throws IOException {
    Set<String> broken =
        Arrays.stream(Fault.values())
            .filter(each -> each != Fault.NONE)
            .map(SecretStoreContractSelfTest::rule)
            .collect(Collectors.toSet());
    assertEquals(KitAssert.rulesOf(SecretStoreContract.class), broken);
  }

  @ParameterizedTest
  @EnumSource
  void aFaultFailsItsRule(Fault each) {
    fault = each;
    Set<String> failed = KitAssert.failedRules(FakeContract.class);
    if (each == Fault.NONE) {
      assertEquals(Set.of(), failed);
    } else {
      assertTrue(failed.contains(rule(each)), each + " failed only " + failed);
      assertTrue(failed.size() <= 5, each + " failed more than it touches: " + failed);
    }
  }

  private static String rule(Fault each) {
    return each.name().substring(0, 5).replace('_', '-');
  }

  /** The contract, for the fake with the fault of the moment. */
  static final class FakeContract extends SecretStoreContract {
    @Override
    protected SecretStoreProvider provider() {
      return FakeSecretStore.provider(fault);
    }

    @Override
    protected List<ByteBuffer> rawBytes(SecretStore store) {
      return ((FakeSecretStore) store).memory();
    }
  }
}
