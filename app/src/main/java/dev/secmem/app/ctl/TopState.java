package dev.secmem.app.ctl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What top knows of an agent, from what the agent answered so far. Confined. */
final class TopState {
  private static final int AUDIT_LINES_KEPT = 200;

  private final long ownPid;
  private final TopRates rates = new TopRates();
  private final Deque<Map<String, Object>> audit = new ArrayDeque<>();
  private Map<String, Object> status = Map.of();
  private List<TopSecret> secrets = List.of();

  /** For each secret the longest time that was seen: its bar is full there. */
  private Map<String, Long> longest = new HashMap<>();

  private long auditSeq = -1;
  private boolean auditAllowed = true;
  private String trouble = "";
  private String listTrouble = "";

  /**
   * @param ownPid whose lines in the audit are left out: top's own questions
   */
  TopState(long ownPid) {
    this.ownPid = ownPid;
  }

  void status(String json) {
    status = Json.object(json.strip());
    trouble = "";
  }

  void metrics(String text, long nowNanos) {
    rates.add(MetricSample.of(text), nowNanos);
  }

  void list(String lines) {
    List<TopSecret> now = new ArrayList<>();
    Map<String, Long> seen = new HashMap<>();
    for (String line : lines.isEmpty() ? new String[0] : lines.split("\n")) {
      Map<String, Object> secret = Json.object(line);
      String key = TopSecret.key(secret);
      long ttl = TopSecret.number(secret, "ttl_ms");
      long most = Math.max(ttl, longest.getOrDefault(key, 0L));
      seen.put(key, most);
      now.add(TopSecret.of(secret, most == 0 ? 0 : (double) ttl / most));
    }
    longest = seen;
    secrets = now;
    listTrouble = "";
  }

  void listRefused(String reason) {
    secrets = List.of();
    listTrouble = reason;
  }

  void audit(String lines) {
    for (String text : lines.isEmpty() ? new String[0] : lines.split("\n")) {
      Map<String, Object> line = Json.object(text);
      long seq = TopSecret.number(line, "seq");
      if (seq > auditSeq) {
        auditSeq = seq;
        if (!Long.valueOf(ownPid).equals(line.get("pid"))) {
          audit.addLast(line);
        }
      }
    }
    while (audit.size() > AUDIT_LINES_KEPT) {
      audit.removeFirst();
    }
  }

  void auditRefused() {
    auditAllowed = false;
  }

  /** The agent does not answer; what it said stays on the screen. */
  void gone(String reason) {
    trouble = reason;
    rates.reset();
    auditSeq = -1;
    auditAllowed = true;
  }

  Map<String, Object> status() {
    return status;
  }

  List<TopSecret> secrets() {
    return secrets;
  }

  List<Map<String, Object>> audit() {
    return List.copyOf(audit);
  }

  boolean auditAllowed() {
    return auditAllowed;
  }

  String rates() {
    return rates.text();
  }

  /** Why there is no agent; empty if there is one. */
  String trouble() {
    return trouble;
  }

  /** Why there is no list; empty if there is one. */
  String listTrouble() {
    return listTrouble;
  }
}
