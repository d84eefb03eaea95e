package dev.secmem.transport.uds.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Control groups as systemd makes them, and as users would. */
final class UnitNameTest {
  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/nginx.service, nginx.service",
    "0::/system.slice/system-getty.slice/getty@tty1.service, getty@tty1.service",
    "0::/system.slice/docker-0a1b.scope, docker-0a1b.scope",
    "0::/system.slice/a.service/b.service, a.service",
    "0::/system.slice/a.service/user@1000.service/c.service, a.service",
    "0::/system.slice/_cpu.service, cpu.service",
    "0::/system.slice/dev-disk\\x2d1.mount, dev-disk\\x2d1.mount",
    "9:name=systemd:/system.slice/cron.service, cron.service",
  })
  void theFirstUnitBelowSystemSlice(String cgroups, String unit) {
    assertEquals(unit, UnitName.ofCgroups(cgroups + "\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0::/",
        "",
        "0::/init.scope",
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service",
        "0::/user.slice/user-1000.slice/session-2.scope",
        "0::/user.slice/user-1000.slice/user@1000.service/system.slice/nginx.service",
        "0::/machine.slice/system.slice/nginx.service",
        "0::/system.slice",
        "0::/system.slice/",
        "0::/system.slice/x.slice",
        "0::/system.slice/user@1000.service",
        "0::/system.slice/user@1000.service/nginx.service",
        "0::/system.slice/nginx/nginx.service",
        "0::/system.slice//nginx.service",
        "0::/../system.slice/nginx.service",
        "0::/system.slice/../nginx.service",
        "0::system.slice/nginx.service",
        "1:cpu:/system.slice/nginx.service",
        "1:name=other:/system.slice/nginx.service",
        "x0::/system.slice/nginx.service"
      })
  void elsewhereThereIsNone(String cgroups) {
    assertNull(UnitName.ofCgroups(cgroups + "\n"), cgroups);
  }

  @Test
  void aNameOfAUnitHasTheseCharactersAndThatLength() {
    String ends = "b:c-d_e.f\\g@azAZ09.service";
    for (String name : new String[] {"a.service", ":.scope", ends, "n".repeat(247) + ".service"}) {
      assertTrue(UnitName.isOne(name), name);
    }
    for (char c : new char[] {'`', '{', '@' - 1, '[', '/', ';', ' ', '%', 0xe4}) {
      assertFalse(UnitName.isOne("a" + c + "b.service"), "character " + c);
    }
    for (String name :
        new String[] {
          "",
          "a",
          ".service",
          "a.slice",
          "a.",
          "@a.service",
          "a@.service",
          "n".repeat(248) + ".service"
        }) {
      assertFalse(UnitName.isOne(name), name);
    }
  }

  @Test
  void ofTwoHierarchiesOneMayKnowNothingButTheyMustNotDisagree() {
    String named = "5:memory:/x\n1:name=systemd:/system.slice/a.service\n";
    assertEquals("a.service", UnitName.ofCgroups(named + "0::/\n"));
    assertEquals("a.service", UnitName.ofCgroups(named + "0::/system.slice/a.service\n"));
    assertNull(UnitName.ofCgroups(named + "0::/system.slice/b.service\n"));
  }
}
