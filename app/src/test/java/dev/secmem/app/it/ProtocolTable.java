package dev.secmem.app.it;

import dev.secmem.api.Verb;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The verbs as the tables of docs/PROTOCOL.md tell them: a verb that is new there is asked, and its
 * replies are judged, without a line of code.
 */
final class ProtocolTable {
  private static final Path DOCUMENT = Path.of("..", "docs", "PROTOCOL.md");

  /** {@code | `GET name [owner=UID]` | out | `OK version=N …` | meaning |}. */
  private static final Pattern ROW =
      Pattern.compile("\\| `([A-Z]+)((?: [^`]+)?)` \\|([^|]*)\\| `(OK[^`]*)` \\|.*");

  /** An error's row may name two codes. */
  private static final Pattern ERROR = Pattern.compile("`([a-z]+(?:-[a-z]+)*)`");

  /**
   * A verb's row.
   *
   * @param arguments the words of the request, optional ones in brackets
   * @param body what the second column says
   * @param replyKeys the keys of an OK reply, in order
   */
  record Row(Verb verb, List<String> arguments, String body, List<String> replyKeys) {
    boolean takesBody() {
      return body.matches("in\\b.*");
    }

    boolean givesBody() {
      return body.matches("(in, )?out\\b.*");
    }
  }

  private final Map<Verb, Row> rows = new EnumMap<>(Verb.class);
  private final List<String> errors = new ArrayList<>();

  /** Reads the document; an {@link AssertionError} if a verb that is served is not in it. */
  ProtocolTable() {
    boolean inErrors = false;
    for (String line : Programs.lines(DOCUMENT)) {
      inErrors = line.startsWith("## ") ? line.equals("## Errors") : inErrors;
      Matcher row = ROW.matcher(line);
      if (row.matches() && Verb.ofWire(row.group(1)) != null) {
        add(row);
      } else if (inErrors && line.startsWith("| `")) {
        Matcher code = ERROR.matcher(line.substring(0, line.indexOf('|', 1)));
        while (code.find()) {
          errors.add(code.group(1));
        }
      }
    }
    for (Verb verb : Verb.values()) {
      if (!rows.containsKey(verb)) {
        throw new AssertionError(verb + " has no row in " + DOCUMENT);
      }
    }
    if (errors.size() < 12) {
      throw new AssertionError("error codes found: " + errors);
    }
  }

  private void add(Matcher row) {
    Verb verb = Verb.valueOf(row.group(1));
    List<String> arguments = new ArrayList<>();
    for (String word : row.group(2).strip().split(" ")) {
      if (!word.isEmpty()) {
        arguments.add(word);
      }
    }
    List<String> keys = new ArrayList<>();
    for (String word : row.group(4).split(" ")) {
      if (word.contains("=")) {
        keys.add(word.substring(0, word.indexOf('=')));
      }
    }
    Row made = new Row(verb, arguments, row.group(3).strip(), keys);
    if (made.takesBody() != verb.takesBody() || rows.put(verb, made) != null) {
      throw new AssertionError("the document and the code differ, or two rows: " + row.group());
    }
  }

  /** The row of a verb; null for null. */
  Row row(Verb verb) {
    return verb == null ? null : rows.get(verb);
  }

  boolean isErrorCode(String code) {
    return errors.contains(code);
  }
}
