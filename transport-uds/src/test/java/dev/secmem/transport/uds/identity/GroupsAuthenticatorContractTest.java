package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.tck.AuthenticatorContract;
import java.util.List;

class GroupsAuthenticatorContractTest extends AuthenticatorContract {
  @Override
  protected AuthenticatorProvider provider() {
    return new GroupsAuthenticatorProvider();
  }

  @Override
  protected List<String> wellFormed() {
    return List.of("gid:0", "gid:33", "gid:4294967294");
  }

  @Override
  protected List<String> malformed() {
    return List.of("gid:65534", "gid:4294967295", "gid:-1", "gid:007", "gid:root", "gid:1 ");
  }
}
