package dev.secmem.app.agent;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;
import dev.secmem.api.Plugins;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.app.cli.JsonText;
import java.util.Locale;

/** {@code secmem-agent plugins}: what was found, what works here, and why not. */
final class PluginsReport {
  private static final String ROW = "%-10s %-10s %-34s %s%n";

  private PluginsReport() {}

  static String text() throws PluginException {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, ROW, "KIND", "NAME", "FROM", "STATE"));
    rows(text, "store", InstalledPlugins.stores());
    rows(text, "cipher", InstalledPlugins.ciphers());
    rows(text, "kdf", InstalledPlugins.keyDerivations());
    rows(text, "transport", InstalledPlugins.transports());
    rows(text, "identity", InstalledPlugins.authenticators());
    return text.toString();
  }

  /** The same as a JSON object a line, for programs. */
  static String json() throws PluginException {
    StringBuilder text = new StringBuilder();
    objects(text, "store", InstalledPlugins.stores());
    objects(text, "cipher", InstalledPlugins.ciphers());
    objects(text, "kdf", InstalledPlugins.keyDerivations());
    objects(text, "transport", InstalledPlugins.transports());
    objects(text, "identity", InstalledPlugins.authenticators());
    return text.toString();
  }

  private static <P extends Plugin> void objects(
      StringBuilder text, String kind, Plugins<P> plugins) {
    for (Plugin plugin : plugins.all()) {
      String reason = plugin.availability().isAvailable() ? null : plugin.availability().reason();
      object(text, kind, plugin.name(), Plugins.origin(plugin), reason);
    }
    for (String broken : plugins.broken()) {
      object(text, kind, null, null, broken);
    }
  }

  private static void object(
      StringBuilder text, String kind, String name, String origin, String whyNot) {
    text.append("{\"kind\":").append(JsonText.quoted(kind));
    text.append(",\"name\":").append(name == null ? "null" : JsonText.quoted(name));
    text.append(",\"from\":").append(origin == null ? "null" : JsonText.quoted(origin));
    text.append(",\"works\":").append(whyNot == null);
    text.append(",\"why_not\":").append(whyNot == null ? "null" : JsonText.quoted(whyNot));
    text.append("}\n");
  }

  private static <P extends Plugin> void rows(StringBuilder text, String kind, Plugins<P> plugins) {
    for (Plugin plugin : plugins.all()) {
      String state =
          plugin.availability().isAvailable() ? "works" : "no: " + plugin.availability().reason();
      if (plugin instanceof CipherProvider cipher) {
        state += "; leaves on the heap: " + words(cipher.heapResidue());
      }
      if (plugin instanceof KeyDerivationProvider keys) {
        state += "; leaves on the heap: " + words(keys.heapResidue());
        state += keys.hasArgon2id() ? "" : "; no Argon2id";
      }
      text.append(
          String.format(Locale.ROOT, ROW, kind, plugin.name(), Plugins.origin(plugin), state));
    }
    for (String broken : plugins.broken()) {
      text.append(String.format(Locale.ROOT, ROW, kind, "?", "?", "cannot be loaded: " + broken));
    }
  }

  private static String words(HeapResidue residue) {
    return switch (residue) {
      case NONE -> "nothing";
      case KEY -> "key material";
      case KEY_AND_PLAINTEXT -> "key material and plaintext";
    };
  }
}
