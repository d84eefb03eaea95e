package dev.secmem.api.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a secret is to be put. Immutable: each method gives a changed copy.
 *
 * <p>Start from {@link #DEFAULTS}: the agent's default time, replace whatever is there, unlimited
 * reads, nobody but the owner, whatever protection the agent has.
 */
public final class PutOptions {
  /** The agent's default time, unconditional, unlimited reads, no grants. */
  public static final PutOptions DEFAULTS = new PutOptions();

  private OptionalLong ttlMillis = OptionalLong.empty();
  private OptionalLong reads = OptionalLong.empty();
  private List<String> grants = List.of();
  private String condition = "";
  private String bind = "";
  private String grade = "";
  private boolean downgrade;

  private PutOptions() {}

  private PutOptions copy() {
    PutOptions copy = new PutOptions();
    copy.ttlMillis = ttlMillis;
    copy.reads = reads;
    copy.grants = grants;
    copy.condition = condition;
    copy.bind = bind;
    copy.grade = grade;
    copy.downgrade = downgrade;
    return copy;
  }

  /** Lives that long, counted from the agent's acceptance. */
  public PutOptions ttlMillis(long millis) {
    PutOptions copy = copy();
    copy.ttlMillis = OptionalLong.of(millis);
    return copy;
  }

  /** Only if the caller has no secret of that name; else {@code exists}. */
  public PutOptions ifAbsent() {
    PutOptions copy = copy();
    copy.condition = "absent";
    return copy;
  }

  /** Only if the caller's secret of that name has that version; else {@code conflict}. */
  public PutOptions ifVersion(long version) {
    PutOptions copy = copy();
    copy.condition = "version:" + version;
    return copy;
  }

  /** Gone after that many deliveries. */
  public PutOptions reads(long count) {
    PutOptions copy = copy();
    copy.reads = OptionalLong.of(count);
    return copy;
  }

  /**
   * Readable also by whom {@code grant} names, for example {@code uid:33}: see docs/PROTOCOL.md,
   * "Grants".
   */
  public PutOptions allow(String grant) {
    List<String> all = new ArrayList<>(grants);
    all.add(Objects.requireNonNull(grant));
    PutOptions copy = copy();
    copy.grants = List.copyOf(all);
    return copy;
  }

  /**
   * Readable, by the owner too, only from where it is put.
   *
   * @param kind {@code session}, {@code exe} or {@code unit}
   */
  public PutOptions bind(String kind) {
    PutOptions copy = copy();
    copy.bind = Objects.requireNonNull(kind);
    return copy;
  }

  /**
   * Only if the agent protects it at least so.
   *
   * @param grade {@code hidden}, {@code locked} or {@code any}
   */
  public PutOptions grade(String grade) {
    PutOptions copy = copy();
    copy.grade = Objects.requireNonNull(grade);
    return copy;
  }

  /** May replace a secret of a higher grade; else that is {@code conflict}. */
  public PutOptions downgrade() {
    PutOptions copy = copy();
    copy.downgrade = true;
    return copy;
  }

  /** The time and the options as they stand in a request line: {@code 60000 if=absent}. */
  public String wire() {
    StringBuilder line = new StringBuilder();
    line.append(ttlMillis.isPresent() ? Long.toString(ttlMillis.getAsLong()) : "-");
    append(line, " if=", condition);
    if (reads.isPresent()) {
      line.append(" reads=").append(reads.getAsLong());
    }
    append(line, " allow=", String.join(",", grants));
    append(line, " bind=", bind);
    append(line, " grade=", grade);
    if (downgrade) {
      line.append(" downgrade");
    }
    return line.toString();
  }

  private static void append(StringBuilder line, String key, String value) {
    if (!value.isEmpty()) {
      line.append(key).append(value);
    }
  }
}
