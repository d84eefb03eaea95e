package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the class path the same providers are found as on the module path. */
class ProvidersTest {
  @Test
  void servicesFilesNameWhatTheModuleProvides() throws Exception {
    ModuleDescriptor module = UdsTransportProvider.class.getModule().getDescriptor();
    assertTrue(module != null, "this test runs in the named module");
    assertEquals(2, module.provides().size());
    for (ModuleDescriptor.Provides provides : module.provides()) {
      String file = "/META-INF/services/" + provides.service();
      try (InputStream in = UdsTransportProvider.class.getResourceAsStream(file)) {
        List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertEquals(provides.providers(), lines);
      }
    }
  }
}
