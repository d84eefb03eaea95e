package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.tck.AuthenticatorContract;
import java.util.List;

class SessionAuthenticatorContractTest extends AuthenticatorContract {
  @Override
  protected AuthenticatorProvider provider() {
    return new SessionAuthenticatorProvider();
  }

  @Override
  protected List<String> wellFormed() {
    return List.of("session:1", "session:4294967294");
  }

  @Override
  protected List<String> malformed() {
    return List.of("session:4294967295", "session:-1", "session:01", "session:own");
  }
}
