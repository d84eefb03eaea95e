package dev.secmem.app.engine;

/** Writes STATUS's body (docs/PROTOCOL.md, "Bodies in JSON"). */
final class StatusJson {
  private StatusJson() {}

  static CharSequence write(
      AgentIdentity identity,
      KeyOptions.Root root,
      boolean locked,
      EngineOptions options,
      Protections protections,
      Quota.Usage usage,
      AuditLog.Head head,
      long uptimeMillis) {
    return new JsonObject()
        .put("protocol", 1)
        .put("server", identity.server())
        .put("pid", ProcessHandle.current().pid())
        .put("uptime_ms", uptimeMillis)
        .put("locked", locked)
        .put("root", root.word())
        .put("store", identity.store())
        .put("cipher", identity.cipher())
        .put("transport", identity.transport())
        .put("java", System.getProperty("java.version"))
        .put("protections", protections(protections))
        .put("limits", limits(options))
        .put(
            "counts",
            new JsonObject()
                .put("secrets", usage.secrets())
                .put("bytes", usage.bytes())
                .put("connections", usage.connections()))
        .put("audit", new JsonObject().put("seq", head.seq()).put("head", head.hash()))
        .line();
  }

  private static JsonObject protections(Protections protections) {
    return new JsonObject()
        .put("memory_locked", protections.memoryLocked())
        .put("key_arena", protections.keyArena())
        .put("not_dumpable", protections.notDumpable())
        .put("core_dumps_off", protections.coreDumpsOff())
        .put("no_new_privs", protections.noNewPrivileges())
        .put("heap_not_dumped", protections.heapNotDumped())
        .put("attach_off", protections.attachOff())
        .put("sandbox", protections.sandbox());
  }

  private static JsonObject limits(EngineOptions options) {
    return new JsonObject()
        .put("max_secrets", options.maxSecrets())
        .put("max_secret_size", options.maxSecretSize())
        .put("max_memory", options.maxMemory())
        .put("max_connections", options.maxConnections())
        .put("max_ttl_ms", options.maxTtlMillis())
        .put("default_ttl_ms", options.defaultTtlMillis());
  }
}
