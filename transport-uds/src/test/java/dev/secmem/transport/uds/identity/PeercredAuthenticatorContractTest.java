package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.tck.AuthenticatorContract;
import java.util.List;

class PeercredAuthenticatorContractTest extends AuthenticatorContract {
  @Override
  protected AuthenticatorProvider provider() {
    return new PeercredAuthenticatorProvider();
  }

  @Override
  protected List<String> wellFormed() {
    return List.of("uid:0", "uid:33", "uid:4294967294");
  }

  @Override
  protected List<String> malformed() {
    return List.of("uid:65534", "uid:4294967295", "uid:-1", "uid:007", "uid:root", "uid: 1");
  }
}
