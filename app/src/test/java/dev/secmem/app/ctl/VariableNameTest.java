package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.app.cli.UsageException;
import org.junit.jupiter.api.Test;

final class VariableNameTest {

  @Test
  void isMadeOfASecretsName() throws UsageException {
    assertEquals("DB_PASSWORD", VariableName.of("db-password"));
    assertEquals("A_B_C_D_E_F", VariableName.of("a.b/c@d:e+f"));
    assertEquals("_2ND", VariableName.of("2nd"));
    assertEquals("__", VariableName.of("__"));
    for (char c = '!'; c <= '~'; c++) {
      VariableName.checked(VariableName.of("" + c + c));
    }
  }

  @Test
  void refusesWhatNoShellCanName() throws UsageException {
    assertEquals("_a9Z", VariableName.checked("_a9Z"));
    for (String bad : new String[] {"", "9", "a-b", "a b", "ä", "a.b", "A%%"}) {
      assertThrows(UsageException.class, () -> VariableName.checked(bad), bad);
    }
  }
}
