package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The LIST body as facts. */
final class SecretList {
  private SecretList() {}

  /** What the caller may read whose name begins so, each an object of the protocol's LIST. */
  static List<Map<String, Object>> read(SecretClient client, String prefix)
      throws SecretClientException, LinuxException, IOException {
    List<Map<String, Object>> secrets = new ArrayList<>();
    try (Delivery list = client.list(prefix)) {
      for (String line : ReportCommands.text(list).split("\n")) {
        if (!line.isEmpty()) {
          secrets.add(Json.object(line));
        }
      }
    }
    return secrets;
  }

  /** Their names, each once: the same name may be of several owners. */
  static Set<String> names(SecretClient client, String prefix)
      throws SecretClientException, LinuxException, IOException {
    Set<String> names = new LinkedHashSet<>();
    for (Map<String, Object> secret : read(client, prefix)) {
      names.add((String) secret.get("name"));
    }
    return names;
  }
}
