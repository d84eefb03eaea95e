package dev.secmem.transport.uds.identity;

import dev.secmem.api.Availability;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorProvider;

/** Makes the judge of {@code unit:NAME}. */
public final class UnitAuthenticatorProvider implements AuthenticatorProvider {

  @Override
  public String name() {
    return "unit";
  }

  @Override
  public Availability availability() {
    return Availability.available();
  }

  @Override
  public Authenticator create() {
    return new UnitAuthenticator(ProcessReader.SYSTEM);
  }
}
