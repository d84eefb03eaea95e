package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.AuthenticatorOptions;
import dev.secmem.app.Documents;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class InstalledPluginsTest {
  @Test
  void withoutANameItIsTheDocumentedFirst() throws PluginException {
    assertEquals("memfd", InstalledPlugins.store(null).name());
    assertEquals("openssl", InstalledPlugins.cipher(null).name());
    assertEquals("openssl", InstalledPlugins.keyDerivation(null).name());
    assertEquals("uds", InstalledPlugins.transport(null).name());
  }

  @Test
  void eachIsFoundByItsName() throws PluginException {
    for (String cipher : List.of("openssl", "tink", "bc")) {
      assertEquals(cipher, InstalledPlugins.cipher(cipher).name());
    }
    for (String keyDerivation : List.of("openssl", "bc")) {
      assertEquals(keyDerivation, InstalledPlugins.keyDerivation(keyDerivation).name());
    }
    PluginException missing =
        assertThrows(PluginException.class, () -> InstalledPlugins.cipher("rot13"));
    assertTrue(
        missing.getMessage().startsWith("no cipher plugin is named rot13; found: "),
        missing.getMessage());
  }

  @Test
  void argon2idComesFromTheFirstThatHasIt() throws PluginException {
    assertEquals("bc", InstalledPlugins.argon2id().name());
  }

  @Test
  void grantsOfEveryKindAreJudged() throws PluginException {
    Set<String> kinds = new TreeSet<>();
    InstalledPlugins.createAuthenticators(AuthenticatorOptions.DEFAULTS)
        .forEach(each -> kinds.addAll(each.kinds()));
    assertTrue(kinds.containsAll(Set.of("uid", "gid", "session", "exe", "unit")), kinds.toString());
  }

  @Test
  void theReportHasALineForEachAndSaysWhatStaysOnTheHeap() throws PluginException {
    String report = PluginsReport.text();
    assertTrue(report.matches("(?s)KIND +NAME +FROM +STATE\n.*"), report);
    for (String line :
        List.of(
            "store +memfd +.*works",
            "cipher +openssl +.*works; leaves on the heap: nothing",
            "cipher +tink +.*works; leaves on the heap: key.*",
            "cipher +bc +.*works; leaves on the heap: key.*",
            "kdf +openssl +.*works; leaves on the heap: nothing; no Argon2id",
            "kdf +bc +.*works; leaves on the heap: key material",
            "transport +uds +.*works",
            "identity +peercred +.*works",
            "identity +groups +.*works")) {
      assertEquals(1, report.lines().filter(text -> text.matches(line)).count(), line + report);
    }
  }

  @Test
  void readmeHasEachAndNoOther() throws PluginException {
    Set<String> documented = new TreeSet<>();
    for (String line : Documents.section("README.md", "Plugins").split("\n")) {
      String[] cells = line.split(" *\\| *");
      if (cells.length > 3 && cells[3].startsWith("`secmem-")) {
        Documents.find(cells[2], "`([a-z0-9]+)`")
            .forEach(name -> documented.add(cells[1] + " " + name));
      }
    }
    Set<String> found = new TreeSet<>();
    PluginsReport.text()
        .lines()
        .skip(1)
        .map(line -> line.split(" +"))
        .filter(words -> words.length > 1)
        .forEach(words -> found.add(words[0] + " " + words[1]));
    assertEquals(found, documented);
  }
}
