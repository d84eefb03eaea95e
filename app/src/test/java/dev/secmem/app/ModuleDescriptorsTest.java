package dev.secmem.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each module shows to others is written here, too: a change of it is never by accident. */
final class ModuleDescriptorsTest {
  private static final String SERVICES = "META-INF/services/";

  /** As {@code jar --describe-module} tells it, but for versions and packages that are hidden. */
  private static final Map<String, String> EXPECTED =
      Map.of(
          "dev.secmem.api",
          """
          exports dev.secmem.api
          exports dev.secmem.api.client
          exports dev.secmem.api.crypto
          exports dev.secmem.api.identity
          exports dev.secmem.api.store
          exports dev.secmem.api.transport
          requires java.base mandated
          uses dev.secmem.api.crypto.CipherProvider
          uses dev.secmem.api.crypto.KeyDerivationProvider
          uses dev.secmem.api.identity.AuthenticatorProvider
          uses dev.secmem.api.store.SecretStoreProvider
          uses dev.secmem.api.transport.TransportProvider
          """,
          "dev.secmem.app",
          """
          provides java.lang.System$LoggerFinder with dev.secmem.app.agent.AgentLog
          requires dev.secmem.api
          requires dev.secmem.linux
          requires info.picocli
          requires java.base mandated
          requires jdk.unsupported
          uses dev.secmem.api.crypto.CipherProvider
          uses dev.secmem.api.crypto.KeyDerivationProvider
          uses dev.secmem.api.identity.AuthenticatorProvider
          uses dev.secmem.api.store.SecretStoreProvider
          uses dev.secmem.api.transport.TransportProvider
          """,
          "dev.secmem.crypto.bc",
          """
          provides dev.secmem.api.crypto.CipherProvider with dev.secmem.crypto.bc.BcCipherProvider
          provides dev.secmem.api.crypto.KeyDerivationProvider with dev.secmem.crypto.bc.BcKeyDerivationProvider
          requires dev.secmem.api
          requires java.base mandated
          requires org.bouncycastle.provider
          """,
          "dev.secmem.crypto.openssl",
          """
          provides dev.secmem.api.crypto.CipherProvider with dev.secmem.crypto.openssl.OpensslCipherProvider
          provides dev.secmem.api.crypto.KeyDerivationProvider with dev.secmem.crypto.openssl.OpensslKeyDerivationProvider
          requires dev.secmem.api
          requires dev.secmem.linux
          requires java.base mandated
          """,
          "dev.secmem.crypto.tink",
          """
          provides dev.secmem.api.crypto.CipherProvider with dev.secmem.crypto.tink.TinkCipherProvider
          requires com.google.crypto.tink
          requires dev.secmem.api
          requires java.base mandated
          """,
          "dev.secmem.linux",
          """
          exports dev.secmem.linux
          requires java.base mandated
          requires org.jnrproject.jffi
          """,
          "dev.secmem.store.heapless",
          """
          exports dev.secmem.store.heapless
          provides dev.secmem.api.store.SecretStoreProvider with dev.secmem.store.heapless.HeaplessStoreProvider
          requires dev.secmem.api transitive
          requires dev.secmem.linux
          requires java.base mandated
          requires jdk.jfr
          requires jdk.unsupported
          uses dev.secmem.api.crypto.CipherProvider
          """,
          "dev.secmem.store.memfd",
          """
          exports dev.secmem.store.memfd
          provides dev.secmem.api.store.SecretStoreProvider with dev.secmem.store.memfd.MemfdStoreProvider
          requires dev.secmem.api transitive
          requires dev.secmem.linux
          requires java.base mandated
          """,
          "dev.secmem.transport.uds",
          """
          exports dev.secmem.transport.uds
          provides dev.secmem.api.identity.AuthenticatorProvider with dev.secmem.transport.uds.identity.PeercredAuthenticatorProvider, dev.secmem.transport.uds.identity.GroupsAuthenticatorProvider, dev.secmem.transport.uds.identity.SessionAuthenticatorProvider, dev.secmem.transport.uds.identity.ExecutableAuthenticatorProvider, dev.secmem.transport.uds.identity.UnitAuthenticatorProvider
          provides dev.secmem.api.transport.TransportProvider with dev.secmem.transport.uds.UdsTransportProvider
          requires dev.secmem.api transitive
          requires dev.secmem.linux
          requires java.base mandated
          """);

  @Test
  void everyModuleIsAsItIsWrittenDownHere() {
    Map<String, String> actual = new TreeMap<>();
    OwnModules.all()
        .forEach((name, module) -> actual.put(name, describe(module.reference().descriptor())));
    assertEquals(new TreeMap<>(EXPECTED), actual);
  }

  @Test
  void noModuleIsOpen() {
    OwnModules.all()
        .forEach(
            (name, module) -> {
              ModuleDescriptor descriptor = module.reference().descriptor();
              assertTrue(descriptor.modifiers().isEmpty(), name + " " + descriptor.modifiers());
              assertTrue(descriptor.opens().isEmpty(), name + " " + descriptor.opens());
            });
  }

  @Test
  void theClassPathsServicesAreTheModulePaths() throws IOException {
    int compared = 0;
    for (Map.Entry<String, OwnModules.Found> module : OwnModules.all().entrySet()) {
      Map<String, List<String>> provided = new TreeMap<>();
      for (ModuleDescriptor.Provides each : module.getValue().reference().descriptor().provides()) {
        provided.put(each.service(), each.providers());
      }
      assertEquals(provided, services(module.getValue()), module.getKey());
      compared += provided.size();
    }
    assertTrue(compared >= 9, "only " + compared + " services were compared");
  }

  private static Map<String, List<String>> services(OwnModules.Found module) throws IOException {
    Map<String, List<String>> services = new TreeMap<>();
    try (ModuleReader reader = module.reference().open()) {
      List<String> names =
          reader.list().filter(name -> name.startsWith(SERVICES) && !name.endsWith("/")).toList();
      for (String name : names) {
        try (InputStream in = reader.open(name).orElseThrow()) {
          assertNotNull(in);
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          services.put(
              name.substring(SERVICES.length()), text.lines().filter(s -> !s.isBlank()).toList());
        }
      }
    }
    return services;
  }

  private static String describe(ModuleDescriptor module) {
    TreeSet<String> lines = new TreeSet<>();
    for (ModuleDescriptor.Exports each : module.exports()) {
      String to =
          each.isQualified() ? " to " + String.join(", ", new TreeSet<>(each.targets())) : "";
      lines.add("exports " + each.source() + to);
    }
    for (ModuleDescriptor.Requires each : module.requires()) {
      StringBuilder line = new StringBuilder("requires ").append(each.name());
      each.modifiers().stream()
          .map(modifier -> " " + modifier.name().toLowerCase(java.util.Locale.ROOT))
          .sorted()
          .forEach(line::append);
      lines.add(line.toString());
    }
    module.uses().forEach(service -> lines.add("uses " + service));
    for (ModuleDescriptor.Provides each : module.provides()) {
      lines.add("provides " + each.service() + " with " + String.join(", ", each.providers()));
    }
    return String.join("\n", lines) + "\n";
  }
}
