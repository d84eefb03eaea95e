package dev.secmem.app.engine;

/**
 * The engine's limits and policy.
 *
 * @param maxSecretSize the largest value, in bytes
 * @param maxSecrets the most secrets in all
 * @param maxMemory the most bytes for values in all, and for the store that holds them
 * @param maxConnections the most connections in all
 * @param uidSharePercent how much of each limit one uid may have
 * @param maxTtlMillis the longest time
 * @param defaultTtlMillis the time of a PUT that names none
 * @param auditFilter what is audited
 */
public record EngineOptions(
    int maxSecretSize,
    long maxSecrets,
    long maxMemory,
    int maxConnections,
    int uidSharePercent,
    long maxTtlMillis,
    long defaultTtlMillis,
    AuditFilter auditFilter) {

  /** What is audited. */
  public enum AuditFilter {
    /** Every decision. */
    ALL,
    /** What changes something, and refusals. */
    CHANGES,
    /** Refusals only. */
    DENIED
  }

  /** 10 years: far from where nanoseconds overflow. */
  public static final long MAX_MAX_TTL_MILLIS = 315_360_000_000L;

  public static final EngineOptions DEFAULTS =
      new EngineOptions(
          1 << 20, 100_000, 256L << 20, 512, 100, 2_592_000_000L, 32_400_000L, AuditFilter.ALL);

  public EngineOptions {
    require(maxSecretSize >= 1 && maxSecretSize <= 1 << 30, "max secret size is 1 byte to 1 GiB");
    require(maxSecrets >= 1 && maxSecrets <= 100_000_000, "max secrets is 1 to 100 000 000");
    require(maxMemory >= 1 << 20, "max memory is at least 1 MiB");
    require(maxConnections >= 1 && maxConnections <= 100_000, "max connections is 1 to 100 000");
    require(uidSharePercent >= 1 && uidSharePercent <= 100, "uid share is 1 to 100 percent");
    require(maxTtlMillis >= 1 && maxTtlMillis <= MAX_MAX_TTL_MILLIS, "max ttl is 1 ms to 10 years");
    require(
        defaultTtlMillis >= 1 && defaultTtlMillis <= maxTtlMillis,
        "default ttl may not exceed max ttl");
  }

  /** The same with another limit of connections. */
  public EngineOptions withMaxConnections(int connections) {
    return new EngineOptions(
        maxSecretSize,
        maxSecrets,
        maxMemory,
        connections,
        uidSharePercent,
        maxTtlMillis,
        defaultTtlMillis,
        auditFilter);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
