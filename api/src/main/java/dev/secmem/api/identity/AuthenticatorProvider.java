package dev.secmem.api.identity;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;

/** Makes {@link Authenticator}s. */
public interface AuthenticatorProvider extends Plugin {

  /** Makes one with {@link AuthenticatorOptions#DEFAULTS}. */
  Authenticator create() throws PluginException;

  /** Makes one; what it does not know of the options it leaves alone. */
  default Authenticator create(AuthenticatorOptions options) throws PluginException {
    return create();
  }
}
