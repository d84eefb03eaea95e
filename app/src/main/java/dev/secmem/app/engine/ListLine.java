package dev.secmem.app.engine;

/** Writes a line of LIST's body (docs/PROTOCOL.md, "Bodies in JSON"). */
final class ListLine {
  private ListLine() {}

  static void write(StringBuilder line, Entry entry, long nowNanos, boolean showGrants) {
    long reads = entry.reads();
    line.append("{\"name\":\"").append(entry.key.name()); // name characters need no escape
    line.append("\",\"owner\":").append(entry.key.owner());
    line.append(",\"version\":").append(entry.version);
    line.append(",\"size\":").append(entry.sizeBytes);
    line.append(",\"ttl_ms\":").append(entry.ttlMillis(nowNanos));
    line.append(",\"reads\":").append(reads).append(",\"reads_left\":");
    if (entry.readsLimit == Entry.UNLIMITED) {
      line.append("null");
    } else {
      line.append(entry.readsLimit - reads);
    }
    line.append(",\"grants\":");
    if (showGrants) {
      grants(line, entry.grants);
    } else {
      line.append("null");
    }
    Grant.Term bind = showGrants ? entry.grants.bind() : null;
    line.append(",\"bind\":");
    if (bind == null) {
      line.append("null");
    } else {
      line.append('"').append(bind.wire()).append('"');
    }
    line.append(",\"grade\":\"").append(entry.grants.grade().wire()).append("\"}\n");
  }

  private static void grants(StringBuilder line, Grants grants) {
    line.append('[');
    for (int i = 0; i < grants.count(); i++) {
      // Grants are printable ASCII with percent-encoding: neither quote nor backslash.
      line.append(i == 0 ? "\"" : ",\"").append(grants.wire(i)).append('"');
    }
    line.append(']');
  }
}
