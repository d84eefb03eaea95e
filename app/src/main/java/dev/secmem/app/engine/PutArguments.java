package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import java.util.List;

/** The arguments of PUT: {@code name ttl [option…]}. */
final class PutArguments {
  private static final long MAX_READS = 1_000_000;

  final String name;
  final long ttlMillis;
  private boolean once;
  private long reads;
  private String condition;
  private long conditionVersion;
  private List<Grant> grants;
  private Grant.Term bind;
  private Grade grade;
  private boolean downgrade;
  private Grants access;

  private PutArguments(String name, long ttlMillis) {
    this.name = name;
    this.ttlMillis = ttlMillis;
  }

  static PutArguments parse(Request request, Peer owner, EngineOptions options, AccessRules rules)
      throws RequestException {
    Arguments.count(request, 2, Integer.MAX_VALUE);
    PutArguments put =
        new PutArguments(
            Arguments.name(request), Arguments.ttlMillis(request.argument(1), options));
    for (int i = 2; i < request.argumentCount(); i++) {
      put.option(request.argument(i), owner, rules);
    }
    if (put.once && put.reads != 0) {
      throw Arguments.bad("once and reads= exclude each other");
    }
    put.access =
        OwnerService.checked(
            Grants.of(
                put.grants == null ? List.of() : put.grants,
                put.bind,
                put.grade == null ? Grade.ANY : put.grade));
    return put;
  }

  private void option(String text, Peer owner, AccessRules rules) throws RequestException {
    if (text.equals("once")) {
      first(!once, "once");
      once = true;
    } else if (text.startsWith("reads=")) {
      first(reads == 0, "reads=");
      reads = Arguments.number(text.substring(6), "reads");
      if (reads < 1 || reads > MAX_READS) {
        throw Arguments.bad("bad reads: 1 to " + MAX_READS);
      }
    } else if (text.startsWith("if=")) {
      first(condition == null, "if=");
      condition(text.substring(3));
    } else if (text.startsWith("allow=")) {
      first(grants == null, "allow=");
      grants = rules.grants().given(text.substring(6), owner);
    } else if (text.startsWith("bind=")) {
      first(bind == null, "bind=");
      bind = rules.grants().bind(text.substring(5), owner);
    } else if (text.startsWith("grade=")) {
      first(grade == null, "grade=");
      grade(text.substring(6), rules.bestGrade());
    } else if (text.equals("downgrade")) {
      first(!downgrade, "downgrade");
      downgrade = true;
    } else {
      throw Arguments.bad(
          "unknown option; once, reads=, if=, allow=, bind=, grade= and downgrade are known");
    }
  }

  private void grade(String word, Grade best) throws RequestException {
    grade = Grade.ofWire(word);
    if (grade == null) {
      throw Arguments.bad("bad grade=: hidden, locked or any");
    }
    if (grade.compareTo(best) > 0) {
      throw Arguments.bad("this agent gives grade=" + best.wire() + " at most; see STATUS");
    }
  }

  private void condition(String text) throws RequestException {
    condition = text;
    if (text.startsWith("version:")) {
      conditionVersion = Arguments.number(text.substring(8), "version");
    } else if (!text.equals("absent")) {
      throw Arguments.bad("bad if=: absent or version:N");
    }
  }

  private static void first(boolean isFirst, String option) throws RequestException {
    if (!isFirst) {
      throw Arguments.bad("option " + option + " is given twice");
    }
  }

  /** How often it may be delivered, or {@link Entry#UNLIMITED}. */
  int readsLimit() {
    return once ? 1 : (int) reads;
  }

  Grants grants() {
    return access;
  }

  /**
   * Checks the condition, and the grade, against what is stored now.
   *
   * @param current the caller's secret of that name, or null
   */
  void check(Entry current) throws RequestException {
    if (condition == null) {
      checkGrade(current);
    } else if (condition.equals("absent")) {
      if (current != null) {
        throw new RequestException(ErrorCode.EXISTS, "there is a secret of that name");
      }
    } else if (current == null || current.version != conditionVersion) {
      throw new RequestException(
          ErrorCode.CONFLICT,
          current == null ? "there is no secret of that name" : "it has another version");
    } else {
      checkGrade(current);
    }
  }

  private void checkGrade(Entry current) throws RequestException {
    if (current != null && !downgrade && access.grade().compareTo(current.grants.grade()) < 0) {
      throw new RequestException(
          ErrorCode.CONFLICT,
          "it is kept at grade=" + current.grants.grade().wire() + "; say downgrade for less");
    }
  }
}
