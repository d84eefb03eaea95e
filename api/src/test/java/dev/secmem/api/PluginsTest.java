package dev.secmem.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PluginsTest {
  private static Plugins<CipherProvider> load(Class<?>... providers) throws PluginException {
    return Plugins.load("cipher", ServiceLoader.load(CipherProvider.class, new Jar(providers)));
  }

  @Test
  void pluginsAreFoundInTheirOrder() throws PluginException {
    Plugins<CipherProvider> plugins = load(One.class, Missing.class, Two.class);
    assertEquals(
        List.of("one", "missing", "two"), plugins.all().stream().map(Plugin::name).toList());
    assertEquals(List.of(), plugins.broken());
    assertEquals("one", plugins.named("one").name());
  }

  @Test
  void oneThatIsNotThereIsNamedWithThoseThatAre() throws PluginException {
    assertUnavailable(
        "no cipher plugin is named three; found: one, two",
        () -> load(One.class, Two.class).named("three"));
    assertUnavailable("no cipher plugin is named x; found: none", () -> load().named("x"));
  }

  @Test
  void oneThatCannotWorkHereSaysWhy() throws PluginException {
    PluginException failure =
        assertThrows(PluginException.class, () -> load(Missing.class).named("missing"));
    assertTrue(
        failure.getMessage().startsWith("cipher(missing) of ")
            && failure.getMessage().endsWith(" cannot work here: libmissing.so not found"),
        failure.getMessage());
  }

  @Test
  void withoutANameItIsTheFirstOfTheOrderThatWorks() throws PluginException {
    Plugins<CipherProvider> plugins = load(One.class, Missing.class, Two.class);
    assertEquals("two", plugins.firstAvailable(List.of("missing", "two", "one")).name());
    assertEquals("one", plugins.firstAvailable(List.of("absent", "missing")).name(), "any other");
    assertUnavailable(
        "no cipher plugin works here; missing: libmissing.so not found",
        () -> load(Missing.class).firstAvailable(List.of("one")));
    assertUnavailable("no cipher plugin works here", () -> load().firstAvailable(List.of("one")));
  }

  @Test
  void twoOfOneNameEndInAMessageThatNamesBoth() {
    PluginException failure =
        assertThrows(PluginException.class, () -> load(One.class, AlsoOne.class));
    assertEquals(PluginException.Reason.UNAVAILABLE, failure.reason());
    assertTrue(
        failure.getMessage().startsWith("two cipher plugins are named one: "),
        failure.getMessage());
  }

  @Test
  void aBrokenOneDoesNotHideTheOthersAndIsTold() throws PluginException {
    Plugins<CipherProvider> plugins =
        load(One.class, Throws.class, TooNew.class, NoConstructor.class, Two.class);
    assertEquals(List.of("one", "two"), plugins.all().stream().map(Plugin::name).toList());
    assertEquals(3, plugins.broken().size(), plugins.broken().toString());
    assertTrue(plugins.broken().get(0).contains("Throws"), plugins.broken().get(0));
    assertTrue(plugins.broken().get(1).contains("TooNew"), plugins.broken().get(1));
    assertTrue(plugins.broken().get(2).contains("NoConstructor"), plugins.broken().get(2));
    PluginException failure = assertThrows(PluginException.class, () -> plugins.named("three"));
    assertTrue(failure.getMessage().contains("; could not be loaded: "), failure.getMessage());
  }

  private static void assertUnavailable(
      String message, org.junit.jupiter.api.function.Executable call) {
    PluginException failure = assertThrows(PluginException.class, call);
    assertEquals(message, failure.getMessage());
    assertEquals(PluginException.Reason.UNAVAILABLE, failure.reason());
  }

  /** A provider that makes nothing. */
  public abstract static class Named implements CipherProvider {
    private final String name;

    protected Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Availability availability() {
      return Availability.available();
    }

    @Override
    public HeapResidue heapResidue() {
      return HeapResidue.NONE;
    }

    @Override
    public Cipher create(ByteBuffer key) {
      throw new UnsupportedOperationException();
    }
  }

  public static final class One extends Named {
    public One() {
      super("one");
    }
  }

  public static final class Two extends Named {
    public Two() {
      super("two");
    }
  }

  public static final class AlsoOne extends Named {
    public AlsoOne() {
      super("one");
    }
  }

  public static final class Missing extends Named {
    public Missing() {
      super("missing");
    }

    @Override
    public Availability availability() {
      return Availability.unavailable("libmissing.so not found");
    }
  }

  public static final class Throws extends Named {
    public Throws() {
      super("throws");
      throw new IllegalStateException("on purpose");
    }
  }

  /** Loaded as if it were compiled for a newer platform. */
  public static final class TooNew extends Named {
    public TooNew() {
      super("new");
    }
  }

  public static final class NoConstructor extends Named {
    public NoConstructor(int any) {
      super("none" + any);
    }
  }

  /**
   * A jar on a class path: a loader of its own for the providers' classes, which so belong to no
   * named module, and the file that lists them.
   */
  private static final class Jar extends ClassLoader {
    private final List<String> providers;

    Jar(Class<?>... providers) {
      super(Jar.class.getClassLoader());
      this.providers = Arrays.stream(providers).map(Class::getName).collect(Collectors.toList());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PluginsTest.class.getName() + "$")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }

    private Class<?> define(String name) {
      String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
      try (InputStream in = PluginsTest.class.getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        if (name.endsWith("$TooNew")) {
          bytes[6] = 3; // the major version's upper byte
        }
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      if (!name.equals("META-INF/services/" + CipherProvider.class.getName())) {
        return super.getResources(name);
      }
      byte[] text = String.join("\n", providers).getBytes(StandardCharsets.UTF_8);
      return Collections.enumeration(List.of(new URL(null, "memory:services", new Memory(text))));
    }
  }

  /** Bytes that a URL leads to. */
  private static final class Memory extends URLStreamHandler {
    private final byte[] bytes;

    Memory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(bytes);
        }
      };
    }
  }
}
