package dev.secmem.app.ctl;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.Syntax;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UserDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Grants as people write them: names of users and groups besides numbers, paths as they are. What a
 * kind means is the agent's to judge.
 */
final class GrantText {
  private static final String[] KINDS = {"uid:", "gid:", "exe:", "unit:", "session"};

  private GrantText() {}

  /** The form on the wire. */
  static String wire(String text) throws UsageException, LinuxException {
    StringBuilder wire = new StringBuilder();
    int from = 0;
    while (from <= text.length()) {
      int end = endOfTerm(text, from);
      wire.append(from == 0 ? "" : "+").append(term(text.substring(from, end)));
      from = end + 1;
    }
    return wire.toString();
  }

  /** A plus sign may be part of a path: it ends one only where another term surely begins. */
  private static int endOfTerm(String text, int from) {
    if (!text.startsWith("exe:", from) && !text.startsWith("unit:", from)) {
      int plus = text.indexOf('+', from);
      return plus < 0 ? text.length() : plus;
    }
    for (int plus = text.indexOf('+', from); plus >= 0; plus = text.indexOf('+', plus + 1)) {
      for (String kind : KINDS) {
        if (text.startsWith(kind, plus + 1)) {
          return plus;
        }
      }
    }
    return text.length();
  }

  private static String term(String term) throws UsageException, LinuxException {
    int colon = term.indexOf(':');
    String kind = colon < 0 ? term : term.substring(0, colon);
    String value = colon < 0 ? "" : term.substring(colon + 1);
    switch (kind) {
      case "uid":
        return "uid:" + number(term, value, "user", UserDatabase.uid(value));
      case "gid":
        return "gid:" + number(term, value, "group", UserDatabase.gid(value));
      case "exe":
        return "exe:" + PercentEncoding.encode(program(value));
      case "unit":
        return "unit:" + PercentEncoding.encode(value.contains(".") ? value : value + ".service");
      default:
        // The agent may have plugins for more kinds than are known here.
        if (!term.matches("[a-z]+(:[!-~&&[^,]]+)?")) {
          throw notAGrant(term);
        }
        return term;
    }
  }

  private static UsageException notAGrant(String term) {
    return new UsageException(
        "not a grant: '" + term + "'; write one each: uid:, gid:, exe:/path, unit:name, session");
  }

  private static String number(String term, String value, String what, OptionalLong named)
      throws UsageException {
    if (Syntax.number(value) != Syntax.NOT_A_NUMBER) {
      return value;
    }
    if (!value.matches("[A-Za-z0-9_.@$-]+")) {
      throw notAGrant(term);
    }
    if (named.isEmpty()) {
      throw new UsageException("no " + what + " is named '" + value + "'");
    }
    return Long.toString(named.getAsLong());
  }

  /** The file that the kernel will name: links are followed here, where it is seen which. */
  private static String program(String path) throws UsageException {
    if (!path.startsWith("/")) {
      throw new UsageException("exe: needs an absolute path, not '" + path + "'");
    }
    try {
      return Path.of(path).toRealPath().toString();
    } catch (IOException e) {
      return path; // it may be there later, or be hidden from here
    }
  }

  /** A grant of the wire as people read it. */
  static String forPeople(String wire) {
    if (wire.indexOf('%') < 0) {
      return wire;
    }
    String text = new String(PercentEncoding.decode(wire), StandardCharsets.UTF_8);
    // What could move the cursor, or look like something else, stays encoded.
    boolean plain = text.chars().allMatch(c -> c >= 0x20 && c != 0x7f && c < 0x80 && c != '"');
    return plain ? text : wire;
  }
}
