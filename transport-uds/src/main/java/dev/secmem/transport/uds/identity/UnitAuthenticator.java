package dev.secmem.transport.uds.identity;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** {@code unit:NAME}: the peer's process runs in that systemd unit ({@link UnitName}). */
final class UnitAuthenticator extends SteadyAuthenticator<UnitAuthenticator.Fact> {
  private static final String KIND = "unit";

  UnitAuthenticator(ProcessReader reader) {
    super(KIND, "it runs in another unit", reader, Fact.class, Fact::new);
  }

  static final class Fact extends SteadyFact {}

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
  String read(Path folder) throws IOException, PluginException {
    String unit = UnitName.ofCgroups(ProcessReader.text(folder.resolve("cgroup")));
    if (unit == null) {
      throw ProcessReader.failure(KIND, "it runs in no unit of the system");
    }
    return PercentEncoding.encode(unit.getBytes(StandardCharsets.ISO_8859_1));
  }
}
