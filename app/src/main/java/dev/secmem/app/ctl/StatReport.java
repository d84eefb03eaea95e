package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretInfo;
import dev.secmem.app.cli.Duration;

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
    return table.text();
  }

  /** One object, with the keys that LIST has. */
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
        + "}\n";
  }
}
