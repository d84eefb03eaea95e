package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.tck.AuthenticatorContract;
import java.util.List;

class ExecutableAuthenticatorContractTest extends AuthenticatorContract {
  @Override
  protected AuthenticatorProvider provider() {
    return new ExecutableAuthenticatorProvider();
  }

  @Override
  protected List<String> wellFormed() {
    return List.of("exe:/usr/bin/psql", "exe:/opt/a%20b/%7eC", "exe:/%C3%BC");
  }

  @Override
  protected List<String> malformed() {
    return List.of(
        "exe:psql",
        "exe:/",
        "exe:/a/",
        "exe:/a//b",
        "exe:/a/../b",
        "exe:/%2e%2e/b",
        "exe:/./b",
        "exe:/a%00b",
        "exe:/a%4",
        "exe:/a%zz");
  }
}
