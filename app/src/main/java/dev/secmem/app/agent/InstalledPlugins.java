package dev.secmem.app.agent;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;
import dev.secmem.api.Plugins;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorOptions;
import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.transport.TransportProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The plugins that this program finds beside itself, and the choice among them. */
final class InstalledPlugins {
  /** The documented orders in which a plugin is chosen where none is named. */
  private static final List<String> STORE_ORDER = List.of("memfd", "heapless");

  private static final List<String> CIPHER_ORDER = List.of("openssl", "tink", "bc");
  private static final List<String> KEY_DERIVATION_ORDER = List.of("openssl", "bc");
  private static final List<String> TRANSPORT_ORDER = List.of("uds");

  private InstalledPlugins() {}

  static Plugins<SecretStoreProvider> stores() throws PluginException {
    return Plugins.load("store", ServiceLoader.load(SecretStoreProvider.class));
  }

  static Plugins<CipherProvider> ciphers() throws PluginException {
    return Plugins.load("cipher", ServiceLoader.load(CipherProvider.class));
  }

  static Plugins<KeyDerivationProvider> keyDerivations() throws PluginException {
    return Plugins.load("kdf", ServiceLoader.load(KeyDerivationProvider.class));
  }

  static Plugins<TransportProvider> transports() throws PluginException {
    return Plugins.load("transport", ServiceLoader.load(TransportProvider.class));
  }

  static Plugins<AuthenticatorProvider> authenticators() throws PluginException {
    return Plugins.load("identity", ServiceLoader.load(AuthenticatorProvider.class));
  }

  static SecretStoreProvider store(String name) throws PluginException {
    return choose(stores(), name, STORE_ORDER);
  }

  static CipherProvider cipher(String name) throws PluginException {
    return choose(ciphers(), name, CIPHER_ORDER);
  }

  static KeyDerivationProvider keyDerivation(String name) throws PluginException {
    return choose(keyDerivations(), name, KEY_DERIVATION_ORDER);
  }

  /**
   * The first in the documented order, then any other, that works here and has Argon2id.
   *
   * @throws PluginException if none has
   */
  static KeyDerivationProvider argon2id() throws PluginException {
    Plugins<KeyDerivationProvider> plugins = keyDerivations();
    List<KeyDerivationProvider> candidates = new ArrayList<>(plugins.all());
    candidates.removeIf(plugin -> !plugin.hasArgon2id());
    candidates.sort(Comparator.comparingInt(InstalledPlugins::rank));
    for (KeyDerivationProvider plugin : candidates) {
      if (plugin.availability().isAvailable()) {
        return plugin;
      }
    }
    throw new PluginException(
        PluginException.Reason.UNAVAILABLE,
        "no kdf plugin with Argon2id works here; secmem-agent plugins tells why");
  }

  private static int rank(KeyDerivationProvider plugin) {
    int known = KEY_DERIVATION_ORDER.indexOf(plugin.name());
    return known < 0 ? KEY_DERIVATION_ORDER.size() : known;
  }

  static TransportProvider transport(String name) throws PluginException {
    return choose(transports(), name, TRANSPORT_ORDER);
  }

  /** One of each authenticator that works here. */
  static List<Authenticator> createAuthenticators(AuthenticatorOptions options)
      throws PluginException {
    List<Authenticator> made = new ArrayList<>();
    for (AuthenticatorProvider provider : authenticators().all()) {
      if (provider.availability().isAvailable()) {
        made.add(provider.create(options));
      }
    }
    return made;
  }

  private static <P extends Plugin> P choose(Plugins<P> plugins, String name, List<String> order)
      throws PluginException {
    return name == null ? plugins.firstAvailable(order) : plugins.named(name);
  }
}
