package dev.secmem.transport.uds.identity;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code unit:NAME}: the peer's process runs in that systemd unit ({@link UnitName}). */
final class UnitAuthenticator implements Authenticator {
  private static final String KIND = "unit";

  private final ProcessReader reader;

  UnitAuthenticator(ProcessReader reader) {
    this.reader = reader;
  }

  private static final class Fact extends SteadyFact {}

  @Override
  public Set<String> kinds() {
    return Set.of(KIND);
  }

  @Override
  public String normalize(String kind, String value) {
    if (!kind.equals(KIND)) {
      throw new IllegalArgumentException("not a grant of units: " + kind);
    }
    byte[] name = PercentEncoding.decode(value);
    if (!UnitName.isOne(new String(name, StandardCharsets.ISO_8859_1))) {
      throw new IllegalArgumentException(
          "unit: needs a unit of the system that runs processes, such as name.service");
    }
    return PercentEncoding.encode(name);
  }

  @Override
  public boolean matches(Peer peer, String kind, String value) throws PluginException {
    String wanted = normalize(kind, value);
    return unit(peer).equals(wanted);
  }

  @Override
  public List<String> values(Peer peer, String kind) throws PluginException {
    return List.of(unit(peer));
  }

  private String unit(Peer peer) throws PluginException {
    return peer.remember(Fact.class, Fact::new).get(reader, peer, KIND, UnitAuthenticator::read);
  }

  private static String read(Path folder) throws IOException, PluginException {
    String unit = UnitName.ofCgroups(ProcessReader.text(folder.resolve("cgroup")));
    if (unit == null) {
      throw ProcessReader.failure(KIND, "it runs in no unit of the system");
    }
    return PercentEncoding.encode(unit.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public String refusal(Peer peer, String kind, String value) {
    try {
      unit(peer);
      return "it runs in another unit";
    } catch (PluginException e) {
      return e.getMessage();
    }
  }
}
