package dev.secmem.app.engine;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.store.SecretStoreProvider;
import java.util.List;

/**
 * The plugins that an engine works with.
 *
 * @param argon2 finds what has Argon2id, at the first LOCK that needs it
 */
public record EnginePlugins(
    SecretStoreProvider store,
    CipherProvider cipher,
    KeyDerivationProvider keyDerivation,
    Argon2id argon2,
    List<Authenticator> authenticators) {

  public EnginePlugins {
    authenticators = List.copyOf(authenticators);
  }
}
