package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.tck.AuthenticatorContract;
import java.util.List;

class UnitAuthenticatorContractTest extends AuthenticatorContract {
  @Override
  protected AuthenticatorProvider provider() {
    return new UnitAuthenticatorProvider();
  }

  @Override
  protected List<String> wellFormed() {
    return List.of("unit:nginx.service", "unit:a%40b.service", "unit:x%2Dy.scope");
  }

  @Override
  protected List<String> malformed() {
    return List.of(
        "unit:nginx",
        "unit:user%401000.service",
        "unit:system.slice",
        "unit:a%2Fb.service",
        "unit:%zz.service",
        "unit:t%40.service",
        "unit:.service");
  }
}
