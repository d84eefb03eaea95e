package dev.secmem.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The plugins of one kind that this program has, and the choice among them.
 *
 * <p>A choice is by name, or else the first that works in a documented order. It never guesses: two
 * plugins of one name, a chosen one that is missing, or one that cannot work here end in a message
 * that names them.
 *
 * @param <P> the provider interface
 */
public final class Plugins<P extends Plugin> {
  private final String kind;
  private final Map<String, P> byName = new LinkedHashMap<>();
  private final List<String> broken = new ArrayList<>();

  private Plugins(String kind) {
    this.kind = kind;
  }

  /**
   * Looks up every provider that {@code loader} finds.
   *
   * @param kind the word for messages: {@code store}, {@code cipher}, {@code transport}
   * @throws PluginException if two providers carry one name
   */
  public static <P extends Plugin> Plugins<P> load(String kind, ServiceLoader<P> loader)
      throws PluginException {
    Plugins<P> plugins = new Plugins<>(kind);
    Iterator<P> found = loader.iterator();
    while (true) {
      try {
        if (!found.hasNext()) {
          return plugins;
        }
        plugins.add(found.next());
      } catch (ServiceConfigurationError e) {
        // One broken jar must not hide the others; it is reported where somebody asks.
        plugins.broken.add(String.valueOf(e.getMessage()));
      } catch (LinkageError e) {
        // On the class path these come as they are: compiled for a newer JDK, or a part is missing.
        plugins.broken.add(e.toString());
      }
    }
  }

  private void add(P plugin) throws PluginException {
    P other = byName.putIfAbsent(plugin.name(), plugin);
    if (other != null && other.getClass() != plugin.getClass()) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          String.format(
              Locale.ROOT,
              "two %s plugins are named %s: %s and %s; remove one of them",
              kind,
              plugin.name(),
              origin(other),
              origin(plugin)));
    }
  }

  /** Every plugin found, in the order of discovery. */
  public List<P> all() {
    return List.copyOf(byName.values());
  }

  /** What could not be loaded at all, a message each. */
  public List<String> broken() {
    return List.copyOf(broken);
  }

  /**
   * The plugin of that name.
   *
   * @throws PluginException if there is none, or it cannot work here
   */
  public P named(String name) throws PluginException {
    P plugin = byName.get(name);
    if (plugin == null) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          String.format(
              Locale.ROOT,
              "no %s plugin is named %s; found: %s%s",
              kind,
              name,
              names(),
              brokenText()));
    }
    Availability availability = plugin.availability();
    if (!availability.isAvailable()) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          String.format(
              Locale.ROOT,
              "%s(%s) of %s cannot work here: %s",
              kind,
              name,
              origin(plugin),
              availability.reason()));
    }
    return plugin;
  }

  /**
   * The first of {@code order} that was found and works; then any other that works.
   *
   * @throws PluginException if none works; the message holds the reason of each
   */
  public P firstAvailable(List<String> order) throws PluginException {
    List<String> candidates = new ArrayList<>(order);
    byName.keySet().stream().filter(name -> !order.contains(name)).forEach(candidates::add);
    StringBuilder failures = new StringBuilder();
    for (String name : candidates) {
      P plugin = byName.get(name);
      if (plugin == null) {
        continue;
      }
      Availability availability = plugin.availability();
      if (availability.isAvailable()) {
        return plugin;
      }
      failures.append("; ").append(name).append(": ").append(availability.reason());
    }
    throw new PluginException(
        PluginException.Reason.UNAVAILABLE,
        String.format(Locale.ROOT, "no %s plugin works here%s%s", kind, failures, brokenText()));
  }

  /** The module, or else the jar or folder, that a plugin comes from. */
  public static String origin(Plugin plugin) {
    Module module = plugin.getClass().getModule();
    if (module.isNamed()) {
      return "module " + module.getName();
    }
    var source = plugin.getClass().getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return plugin.getClass().getName();
    }
    String path = source.getLocation().getPath();
    return path.endsWith(".jar") ? path.substring(path.lastIndexOf('/') + 1) : path;
  }

  private String names() {
    return byName.isEmpty() ? "none" : String.join(", ", byName.keySet());
  }

  private String brokenText() {
    return broken.isEmpty() ? "" : "; could not be loaded: " + String.join("; ", broken);
  }
}
