package dev.secmem.app.ctl;

import dev.secmem.app.cli.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What top shows: lines for a screen of a given size. Confined. */
final class TopScreen {
  private static final int HEAD_ROWS = 5;
  private static final int OWNER_WIDTH = 7;
  private static final int SIZE_WIDTH = 9;
  private static final int READS_WIDTH = 14;
  private static final int LEFT_WIDTH = 8;
  private static final int SMALLEST_BAR = 6;
  private static final int LARGEST_BAR = 32;
  private static final int SMALLEST_NAME = 12;
  private static final double SOON = 0.2;
  private static final double LATER = 0.5;

  private final Colors colors;
  private boolean byName;
  private int first;

  TopScreen(Colors colors) {
    this.colors = colors;
  }

  void toggleOrder() {
    byName = !byName;
    first = 0;
  }

  /** Moves the list; the next {@link #lines} keeps it inside. */
  void scroll(int secrets) {
    first = Math.max(0, first + secrets);
  }

  /**
   * Exactly so many lines, each at most so many columns wide.
   *
   * @param clock the time of day, as it is shown
   */
  List<String> lines(TopState state, int rows, int columns, String clock) {
    List<String> lines = new ArrayList<>(head(state, columns, clock));
    int body = Math.max(0, rows - HEAD_ROWS - 1);
    int audit = auditRows(state, body);
    secrets(lines, state, body - audit, columns);
    audit(lines, state, audit, columns);
    while (lines.size() < rows - 1) {
      lines.add("");
    }
    List<String> shown = new ArrayList<>(lines.subList(0, Math.max(0, rows - 1)));
    shown.add(footer(state, columns));
    return shown;
  }

  private List<String> head(TopState state, int columns, String clock) {
    Map<String, Object> status = state.status();
    TopLine first = new TopLine(columns).add(status.get("server") + "", colors::strong);
    first.add("  pid " + status.get("pid") + "  up " + time(status.get("uptime_ms")));
    first.add("  root " + status.get("root") + "  ");
    boolean locked = Boolean.TRUE.equals(status.get("locked"));
    first.add(locked ? "locked" : "unlocked", locked ? colors::fair : colors::good);
    int gap = first.room() - clock.length();
    first.add(gap > 1 ? " ".repeat(gap) + clock : "");
    Map<?, ?> counts = group(status, "counts");
    Map<?, ?> limits = group(status, "limits");
    TopLine second = new TopLine(columns).add("keeps       ");
    second.add(counts.get("secrets") + " of " + limits.get("max_secrets") + " secrets  ");
    second.add(bytes(counts.get("bytes")) + " of " + bytes(limits.get("max_memory")) + "  ");
    second.add(counts.get("connections") + " of " + limits.get("max_connections"));
    second.add(" connections");
    return List.of(
        first.text(),
        second.text(),
        protections(group(status, "protections"), columns),
        new TopLine(columns).add(state.rates()).text(),
        new TopLine(columns).add(state.trouble(), colors::bad).text());
  }

  /** Nearly in the words of the agent's --require, which are short: all fit into 80 columns. */
  private String protections(Map<?, ?> protections, int columns) {
    TopLine line = new TopLine(columns).add("protected  ");
    // What is missing comes first: what there is gives way where there is no room.
    for (boolean absent : new boolean[] {true, false}) {
      for (Map.Entry<?, ?> entry : protections.entrySet()) {
        Object value = entry.getValue();
        if (absent == (Boolean.FALSE.equals(value) || "none".equals(value))) {
          String word = " " + protection(String.valueOf(entry.getKey()), value, absent);
          boolean fits = absent || word.length() <= line.room();
          line.add(fits ? word : "", absent ? colors::bad : colors::good);
        }
      }
    }
    return line.text();
  }

  private static String protection(String label, Object value, boolean absent) {
    boolean graded = label.equals("memory_locked") || label.equals("key_arena");
    String grade = "memfd_secret".equals(value) ? "secretmem" : String.valueOf(value);
    return requireWord(label) + (absent ? ":no" : graded ? ":" + grade : "");
  }

  private static String requireWord(String label) {
    return switch (label) {
      case "memory_locked" -> "memory";
      case "key_arena" -> "keys";
      case "not_dumpable" -> "nodump";
      case "core_dumps_off" -> "nocore";
      case "no_new_privs" -> "noprivs";
      case "heap_not_dumped" -> "heap";
      case "attach_off" -> "attach";
      default -> label.replace('_', '-');
    };
  }

  private int auditRows(TopState state, int body) {
    int lines = Math.min(state.audit().size(), Math.max(2, body / 3));
    boolean room = body >= 8;
    return state.auditAllowed() && room && lines > 0 ? lines + 1 : 0;
  }

  private void secrets(List<String> lines, TopState state, int rows, int columns) {
    int end = lines.size() + rows;
    List<TopSecret> secrets = new ArrayList<>(state.secrets());
    if (!byName) {
      secrets.sort(Comparator.comparingLong(TopSecret::ttlMillis));
    }
    int room = Math.max(0, rows - 1);
    first = Math.max(0, Math.min(first, secrets.size() - room));
    int last = Math.min(secrets.size(), first + room);
    int fixed = OWNER_WIDTH + SIZE_WIDTH + READS_WIDTH + LEFT_WIDTH + 10;
    int longest = secrets.stream().mapToInt(secret -> secret.name().length()).max().orElse(0);
    int most = Math.max(SMALLEST_NAME, columns - fixed - SMALLEST_BAR);
    int name = Math.max(SMALLEST_NAME, Math.min(longest, most));
    int bar = Math.min(LARGEST_BAR, columns - fixed - name);
    TopLine heading = new TopLine(columns).column("NAME", name, colors::strong).add("  ");
    heading.number("OWNER", OWNER_WIDTH).add("  ").number("SIZE", SIZE_WIDTH).add("  ");
    heading.column("READS", READS_WIDTH).add("  ").number("LEFT", LEFT_WIDTH).add("  ");
    lines.add(heading.add(place(last, secrets.size())).text());
    for (TopSecret secret : secrets.subList(first, last)) {
      lines.add(row(secret, name, bar, columns));
    }
    if (secrets.isEmpty()) {
      String none = state.listTrouble().isEmpty() ? "none that you may read" : state.listTrouble();
      lines.add(new TopLine(columns).add(none).text());
    }
    while (lines.size() < end) {
      lines.add("");
    }
  }

  private String place(int last, int all) {
    return first == 0 && last == all ? "" : (first + 1) + "-" + last + " of " + all;
  }

  private String row(TopSecret secret, int name, int bar, int columns) {
    TopLine line = new TopLine(columns).column(secret.name(), name).add("  ");
    line.number(Long.toString(secret.owner()), OWNER_WIDTH).add("  ");
    line.number(bytes(secret.size()), SIZE_WIDTH).add("  ");
    line.column(secret.reads(), READS_WIDTH).add("  ");
    line.number(Duration.format(secret.ttlMillis()), LEFT_WIDTH).add("  ");
    if (bar >= SMALLEST_BAR) {
      int full = (int) Math.ceil(secret.share() * (bar - 2));
      String text = "[" + "#".repeat(full) + ".".repeat(bar - 2 - full) + "]";
      double share = secret.share();
      line.add(text, share > LATER ? colors::good : share > SOON ? colors::fair : colors::bad);
    }
    return line.text();
  }

  private void audit(List<String> lines, TopState state, int rows, int columns) {
    if (rows == 0) {
      return;
    }
    lines.add(new TopLine(columns).add("LAST AUDIT LINES (UTC)", colors::strong).text());
    List<Map<String, Object>> audit = state.audit();
    int shown = Math.min(audit.size(), rows - 1);
    for (Map<String, Object> line : audit.subList(audit.size() - shown, audit.size())) {
      lines.add(auditLine(line, columns));
    }
  }

  private String auditLine(Map<String, Object> audit, int columns) {
    String time = String.valueOf(audit.get("time"));
    String result = String.valueOf(audit.get("result"));
    TopLine line = new TopLine(columns);
    line.add(time.length() >= 19 ? time.substring(11, 19) : time).add("  ");
    line.column(audit.get("event") + "", 8).add("  ");
    line.column(result, 11, result.equals("ok") ? colors::good : colors::fair).add("  ");
    line.add("uid " + audit.get("uid") + " pid " + audit.get("pid") + "  ");
    Object name = audit.get("name");
    return line.add(name == null ? "" : name.toString()).text();
  }

  private String footer(TopState state, int columns) {
    TopLine line = new TopLine(columns).add("q quit  s sort by " + (byName ? "time" : "name"));
    line.add("  up down scroll");
    if (!state.auditAllowed()) {
      line.add("  (no audit: for the agent's uid and root)");
    }
    return line.text();
  }

  private static Map<?, ?> group(Map<String, Object> status, String key) {
    return status.get(key) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static String time(Object millis) {
    return millis instanceof Long number ? Duration.format(number) : "?";
  }

  private static String bytes(Object number) {
    if (!(number instanceof Long bytes)) {
      return "?";
    }
    if (bytes < 1L << 10) {
      return bytes + " B";
    }
    if (bytes < 1L << 20) {
      return (bytes >> 10) + " KiB";
    }
    return bytes < 1L << 30 ? (bytes >> 20) + " MiB" : (bytes >> 30) + " GiB";
  }
}
