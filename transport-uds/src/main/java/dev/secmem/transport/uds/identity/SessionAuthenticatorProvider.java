package dev.secmem.transport.uds.identity;

import dev.secmem.api.Availability;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the judge of {@code session}. */
public final class SessionAuthenticatorProvider implements AuthenticatorProvider {

  @Override
  public String name() {
    return "session";
  }

  @Override
  public Availability availability() {
    return Files.exists(Path.of("/proc/self/sessionid"))
        ? Availability.available()
        : Availability.unavailable("this kernel has no audit sessions (/proc/self/sessionid)");
  }

  @Override
  public Authenticator create() {
    return new SessionAuthenticator(ProcessReader.SYSTEM);
  }
}
