package dev.secmem.app;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;

/** The modules of this project that lie on the test's paths, as folders of classes or as jars. */
final class OwnModules {
  static final String ROOT = "dev.secmem.";

  /** The kit for tests: no program runs with it. */
  private static final String KIT = ROOT + "tck";

  private static final TreeMap<String, Found> FOUND = find();

  /** A module and where it lies. */
  record Found(ModuleReference reference, Path path) {}

  private OwnModules() {}

  /** All of them, by name. */
  static TreeMap<String, Found> all() {
    return FOUND;
  }

  /** Their classes, those of tests not included. */
  static JavaClasses classes() {
    List<Location> locations = new ArrayList<>();
    for (Found module : FOUND.values()) {
      locations.add(location(module.path));
    }
    return new ClassFileImporter().importLocations(locations);
  }

  private static Location location(Path path) {
    try {
      return Files.isDirectory(path) ? Location.of(path) : Location.of(new JarFile(path.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TreeMap<String, Found> find() {
    TreeMap<String, Found> found = new TreeMap<>();
    for (String entry : entries()) {
      Path path = Path.of(entry);
      if (!isExplicitModule(path)) {
        continue;
      }
      for (ModuleReference reference : ModuleFinder.of(path).findAll()) {
        String name = reference.descriptor().name();
        if (name.startsWith(ROOT) && !name.equals(KIT)) {
          found.putIfAbsent(name, new Found(reference, path));
        }
      }
    }
    return found;
  }

  private static Set<String> entries() {
    Set<String> entries = new LinkedHashSet<>();
    // The last one: where the test's JVM was started with a jar whose manifest names the others.
    for (String property :
        List.of("jdk.module.path", "java.class.path", "surefire.test.class.path")) {
      String value = System.getProperty(property, "");
      for (String entry : value.split(File.pathSeparator)) {
        if (!entry.isEmpty()) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  private static boolean isExplicitModule(Path path) {
    if (Files.isDirectory(path)) {
      return Files.exists(path.resolve("module-info.class"));
    }
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.getEntry("module-info.class") != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
