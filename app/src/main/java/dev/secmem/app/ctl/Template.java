package dev.secmem.app.ctl;

import dev.secmem.api.Syntax;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A text with places for secrets: {@code {{ secmem:NAME }}}, with or without blanks, and {@code
 * secmem://NAME}, whose name goes on for as long as a name can. Everything else is left as it is,
 * byte for byte. The text itself is no secret.
 */
final class Template {
  /** More than this is not a template but a mistake. */
  static final int MAX_BYTES = 16 << 20;

  private static final byte[] OPEN = ascii("{{");
  private static final byte[] CLOSE = ascii("}}");
  private static final byte[] IN_BRACES = ascii("secmem:");
  private static final byte[] BARE = ascii("secmem://");

  private final byte[] text;
  private final List<Place> places = new ArrayList<>();

  /** Where the text is replaced by a secret's value. */
  static final class Place {
    final int from;
    final int to;
    final String name;

    private Place(int from, int to, String name) {
      this.from = from;
      this.to = to;
      this.name = name;
    }
  }

  private Template(byte[] text) {
    this.text = text;
  }

  /**
   * Finds the places.
   *
   * @throws CtlException if one has no good name or no end; the message says the line
   */
  static Template parse(byte[] text) throws CtlException {
    Template template = new Template(text);
    for (int at = 0; at < text.length; ) {
      Place place = template.startsWith(at, OPEN) ? template.braces(at) : null;
      if (place == null && template.startsWith(at, BARE)) {
        place = template.bare(at);
      }
      if (place != null) {
        template.places.add(place);
      }
      at = place == null ? at + 1 : place.to;
    }
    return template;
  }

  byte[] text() {
    return text;
  }

  /** In the order of the text. */
  List<Place> places() {
    return places;
  }

  /** Each once. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (Place place : places) {
      names.add(place.name);
    }
    return names;
  }

  /** The place in the braces at {@code from}, or null if they are somebody else's. */
  private Place braces(int from) throws CtlException {
    int word = skipBlanks(from + OPEN.length);
    if (!startsWith(word, IN_BRACES)) {
      return null;
    }
    int start = startsWith(word, BARE) ? word + BARE.length : word + IN_BRACES.length;
    start = skipBlanks(start);
    int end = nameEnd(start);
    int close = skipBlanks(end);
    if (!startsWith(close, CLOSE)) {
      throw malformed(from, "'{{ secmem:' is not followed by a name and '}}'");
    }
    return new Place(from, close + CLOSE.length, name(from, start, end));
  }

  private Place bare(int from) throws CtlException {
    int start = from + BARE.length;
    int end = nameEnd(start);
    return new Place(from, end, name(from, start, end));
  }

  private String name(int from, int start, int end) throws CtlException {
    String name = new String(text, start, end - start, StandardCharsets.US_ASCII);
    if (!Syntax.isName(name)) {
      throw malformed(
          from,
          name.isEmpty()
              ? "no name follows 'secmem:'"
              : "a name of more than 200 characters; write {{ secmem:NAME }} to end it");
    }
    return name;
  }

  private int nameEnd(int start) {
    int end = start;
    while (end < text.length && isNameByte(text[end])) {
      end++;
    }
    return end;
  }

  private static boolean isNameByte(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || b > 0 && "._-/@:+".indexOf(b) >= 0;
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < text.length && (text[at] == ' ' || text[at] == '\t')) {
      at++;
    }
    return at;
  }

  private boolean startsWith(int at, byte[] word) {
    if (at + word.length > text.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (text[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private CtlException malformed(int at, String what) {
    int line = 1;
    for (int i = 0; i < at; i++) {
      line += text[i] == '\n' ? 1 : 0;
    }
    return new CtlException(ExitCode.FAILED, "the template's line " + line + ": " + what);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
