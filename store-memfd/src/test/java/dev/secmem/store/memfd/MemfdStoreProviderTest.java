package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Plugins;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class MemfdStoreProviderTest {
  private static final Path CLASSES = Path.of("target/classes");

  @Test
  void theModuleAndTheServicesFileNameTheSameProviders() throws Exception {
    ModuleDescriptor module =
        ModuleFinder.of(CLASSES).find("dev.secmem.store.memfd").orElseThrow().descriptor();
    ModuleDescriptor.Provides provides = module.provides().iterator().next();
    assertEquals(1, module.provides().size());
    assertEquals(SecretStoreProvider.class.getName(), provides.service());
    assertEquals(
        provides.providers(),
        Files.readAllLines(CLASSES.resolve("META-INF/services").resolve(provides.service())));
    assertEquals(List.of(MemfdStoreProvider.class.getName()), provides.providers());
  }

  @Test
  void isFoundByItsNameAndWorksHere() throws Exception {
    // A plugin does not look for itself; only this test does.
    getClass().getModule().addUses(SecretStoreProvider.class);
    Plugins<SecretStoreProvider> stores =
        Plugins.load(
            "store", ServiceLoader.load(SecretStoreProvider.class, getClass().getClassLoader()));
    SecretStoreProvider found = stores.named("memfd");
    assertEquals(MemfdStoreProvider.class, found.getClass());
    assertTrue(found.availability().isAvailable());
    try (SecretStore store = found.open(new StoreOptions(1 << 20))) {
      assertEquals("store(memfd)", store.toString());
      assertEquals(0, store.usage().reservedBytes(), "an empty store holds nothing");
    }
    assertThrows(NullPointerException.class, () -> found.open(null));
  }

  @Test
  void availabilityLeavesNothingBehind() throws Exception {
    MemfdStoreProvider provider = new MemfdStoreProvider();
    assertTrue(provider.availability().isAvailable());
    Footprint before = Footprint.now();
    for (int i = 0; i < 100; i++) {
      assertTrue(provider.availability().isAvailable());
    }
    assertEquals(before, Footprint.now());
  }
}
