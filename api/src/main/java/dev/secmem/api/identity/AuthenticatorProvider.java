package dev.secmem.api.identity;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;

/** Makes {@link Authenticator}s. */
public interface AuthenticatorProvider extends Plugin {

  /** Makes one. */
  Authenticator create() throws PluginException;
}
