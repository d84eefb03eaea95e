package dev.secmem.transport.uds.identity;

import dev.secmem.api.Availability;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorOptions;
import dev.secmem.api.identity.AuthenticatorProvider;

/** Makes the judge of {@code exe:PATH}. */
public final class ExecutableAuthenticatorProvider implements AuthenticatorProvider {

  @Override
  public String name() {
    return "exe";
  }

  @Override
  public Availability availability() {
    return Availability.available();
  }

  @Override
  public Authenticator create() {
    return create(AuthenticatorOptions.DEFAULTS);
  }

  @Override
  public Authenticator create(AuthenticatorOptions options) {
    return new ExecutableAuthenticator(ProcessReader.SYSTEM, options);
  }
}
