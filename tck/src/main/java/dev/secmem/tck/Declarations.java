package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.secmem.api.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a plugin's jar says of its providers, in both places where ServiceLoader looks. */
public final class Declarations {
  private Declarations() {}

  /**
   * Asserts that {@code provider} alone is declared for {@code spi}, in {@code module-info} and in
   * {@code META-INF/services}: a jar that forgets one works on one path only.
   */
  public static <P extends Plugin> void assertDeclared(Class<P> spi, Class<? extends P> provider)
      throws IOException {
    List<String> expected = List.of(provider.getName());
    ModuleDescriptor module;
    try (InputStream in = resource(provider, "module-info.class")) {
      module = ModuleDescriptor.read(in);
    }
    List<String> provided =
        module.provides().stream()
            .filter(provides -> provides.service().equals(spi.getName()))
            .flatMap(provides -> provides.providers().stream())
            .toList();
    assertEquals(expected, provided, "module-info");
    try (InputStream in = resource(provider, "META-INF/services/" + spi.getName())) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected, text.lines().toList(), "META-INF/services");
    }
  }

  /** From the provider's own module or jar: on the class path others have such files, too. */
  private static InputStream resource(Class<?> provider, String name) throws IOException {
    Module module = provider.getModule();
    InputStream in =
        module.isNamed()
            ? module.getResourceAsStream(name)
            : URI.create(baseOf(provider) + name).toURL().openStream();
    assertNotNull(in, name + " is missing");
    return in;
  }

  private static String baseOf(Class<?> provider) {
    String own = provider.getName().replace('.', '/') + ".class";
    String location = provider.getResource('/' + own).toString();
    return location.substring(0, location.length() - own.length());
  }
}
