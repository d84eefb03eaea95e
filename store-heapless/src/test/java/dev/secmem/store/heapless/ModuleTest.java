package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the module shows to others: a change of it is never by accident. */
final class ModuleTest {
  @Test
  void theDescriptorIsAsItIsWrittenDownHere() {
    ModuleDescriptor module = LockedBuffer.class.getModule().getDescriptor();
    assertEquals(Set.of("dev.secmem.api.crypto.CipherProvider"), module.uses());
    assertEquals(
        Set.of("dev.secmem.api", "dev.secmem.linux", "java.base", "jdk.jfr", "jdk.unsupported"),
        module.requires().stream()
            .map(ModuleDescriptor.Requires::name)
            .collect(Collectors.toSet()));
    assertEquals(1, module.exports().size());
    assertTrue(module.opens().isEmpty() && !module.isOpen());
  }

  @Test
  void thePublicTypesAreThese() throws Exception {
    Set<String> types = new TreeSet<>();
    Path folder = Path.of("target/classes/dev/secmem/store/heapless");
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString().replace(".class", "");
        if (!name.contains("$") && !name.equals("package-info")) {
          Class<?> type = Class.forName("dev.secmem.store.heapless." + name);
          if (Modifier.isPublic(type.getModifiers())) {
            types.add(name);
          }
        }
      }
    }
    assertEquals(
        new TreeSet<>(
            Set.of(
                "BufferFactory",
                "Enclave",
                "GuardedMemory",
                "HeaplessStoreProvider",
                "InsecureAccess",
                "InsecureMemory",
                "LockedBuffer",
                "MemoryCounters",
                "PartialReadException",
                "Protection",
                "Purge",
                "SecretView",
                "Stream",
                "TypedView",
                "UnclosedBuffer")),
        types);
  }
}
