package dev.secmem.api.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a secret is to be put. Immutable: each method gives a changed copy.
 *
 * <p>Start from {@link #DEFAULTS}: the agent's default time, replace whatever is there, unlimited
 * reads, nobody but the owner.
 */
public final class PutOptions {
  /** The agent's default time, unconditional, unlimited reads, no grants. */
  public static final PutOptions DEFAULTS =
      new PutOptions(OptionalLong.empty(), "", OptionalLong.empty(), List.of());

  private final OptionalLong ttlMillis;
  private final String condition;
  private final OptionalLong reads;
  private final List<String> grants;

  private PutOptions(
      OptionalLong ttlMillis, String condition, OptionalLong reads, List<String> grants) {
    this.ttlMillis = ttlMillis;
    this.condition = condition;
    this.reads = reads;
    this.grants = List.copyOf(grants);
  }

  /** Lives that long, counted from the agent's acceptance. */
  public PutOptions ttlMillis(long millis) {
    return new PutOptions(OptionalLong.of(millis), condition, reads, grants);
  }

  /** Only if the caller has no secret of that name; else {@code exists}. */
  public PutOptions ifAbsent() {
    return new PutOptions(ttlMillis, "absent", reads, grants);
  }

  /** Only if the caller's secret of that name has that version; else {@code conflict}. */
  public PutOptions ifVersion(long version) {
    return new PutOptions(ttlMillis, "version:" + version, reads, grants);
  }

  /** Gone after that many deliveries. */
  public PutOptions reads(long count) {
    return new PutOptions(ttlMillis, condition, OptionalLong.of(count), grants);
  }

  /** Readable also by whom {@code grant} names, for example {@code uid:33}. */
  public PutOptions allow(String grant) {
    List<String> all = new ArrayList<>(grants);
    all.add(Objects.requireNonNull(grant));
    return new PutOptions(ttlMillis, condition, reads, all);
  }

  /** The time and the options as they stand in a request line: {@code 60000 if=absent}. */
  public String wire() {
    StringBuilder line = new StringBuilder();
    line.append(ttlMillis.isPresent() ? Long.toString(ttlMillis.getAsLong()) : "-");
    if (!condition.isEmpty()) {
      line.append(" if=").append(condition);
    }
    if (reads.isPresent()) {
      line.append(" reads=").append(reads.getAsLong());
    }
    if (!grants.isEmpty()) {
      line.append(" allow=").append(String.join(",", grants));
    }
    return line.toString();
  }
}
