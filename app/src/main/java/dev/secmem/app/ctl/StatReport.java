package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretInfo;
import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.JsonText;

/** What STAT says of a secret, without its value. */
final class StatReport {
  private StatReport() {}

  /** One fact a line. */
  static String of(SecretInfo info) {
    Table table = new Table();
    table.add("name", info.name());
    table.add("owner", Long.toString(info.ownerUid()));
    table.add("version", Long.toString(info.version()));
    table.add("size", info.sizeBytes() + " bytes");
    table.add("ttl", Duration.format(info.ttlMillis()));
    table.add("reads", Long.toString(info.reads()));
    table.add(
        "reads left",
        info.readsLeft().isPresent() ? Long.toString(info.readsLeft().getAsLong()) : "unlimited");
    if (!info.bind().isEmpty()) {
      table.add("bound to", GrantText.forPeople(info.bind()));
    }
    if (!info.grade().isEmpty()) {
      table.add("grade", info.grade());
    }
    return table.text();
  }

  /** One object, with the names that LIST has for the same. */
  static String json(SecretInfo info) {
    return "{\"name\":"
        + JsonText.quoted(info.name())
        + ",\"owner\":"
        + info.ownerUid()
        + ",\"version\":"
        + info.version()
        + ",\"size\":"
        + info.sizeBytes()
        + ",\"ttl_ms\":"
        + info.ttlMillis()
        + ",\"reads\":"
        + info.reads()
        + ",\"reads_left\":"
        + (info.readsLeft().isPresent() ? Long.toString(info.readsLeft().getAsLong()) : "null")
        + ",\"bind\":"
        + orNull(info.bind())
        + ",\"grade\":"
        + orNull(info.grade())
        + "}\n";
  }

  private static String orNull(String text) {
    return text.isEmpty() ? "null" : JsonText.quoted(text);
  }
}
