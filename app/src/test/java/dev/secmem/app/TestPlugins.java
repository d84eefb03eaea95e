package dev.secmem.app;

import dev.secmem.api.Plugin;
import java.util.ServiceLoader;

/** The plugins that lie beside the application, for tests that need a certain one. */
public final class TestPlugins {
  private TestPlugins() {}

  /** The plugin of that kind and name; a test that has none fails. */
  public static <P extends Plugin> P named(Class<P> kind, String name) {
    return ServiceLoader.load(kind).stream()
        .map(ServiceLoader.Provider::get)
        .filter(plugin -> plugin.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
