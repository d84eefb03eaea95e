package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.transport.RequestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads grants as they stand on the wire, with the authenticators that judge each kind. */
final class GrantParser {
  private final Map<String, Authenticator> byKind = new HashMap<>();

  GrantParser(List<Authenticator> authenticators) throws PluginException {
    for (Authenticator authenticator : authenticators) {
      for (String kind : authenticator.kinds()) {
        Authenticator other = byKind.putIfAbsent(kind, authenticator);
        if (other != null) {
          throw new PluginException(
              PluginException.Reason.UNAVAILABLE,
              String.format(
                  Locale.ROOT,
                  "two authenticators judge %s: %s and %s; remove one of them",
                  kind,
                  other.getClass().getName(),
                  authenticator.getClass().getName()));
        }
      }
    }
  }

  /** The grants of an {@code allow=} option's value. */
  Grants parse(String text) throws RequestException {
    String[] parts = text.split(",", -1);
    if (parts.length > Grants.MAX) {
      throw bad("more than " + Grants.MAX + " grants");
    }
    List<Grant> grants = new ArrayList<>();
    for (String part : parts) {
      grants.add(parseOne(part));
    }
    return Grants.of(grants);
  }

  private Grant parseOne(String text) throws RequestException {
    List<Grant.Term> terms = new ArrayList<>();
    for (String term : text.split("\\+", -1)) {
      int colon = term.indexOf(':');
      String kind = colon < 0 ? term : term.substring(0, colon);
      String value = colon < 0 ? "" : term.substring(colon + 1);
      Authenticator authenticator = byKind.get(kind);
      if (authenticator == null) {
        throw bad("no grant of kind " + (kind.isEmpty() ? "(empty)" : clip(kind)));
      }
      try {
        terms.add(new Grant.Term(authenticator, kind, authenticator.normalize(kind, value)));
      } catch (IllegalArgumentException e) {
        throw bad("bad grant: " + e.getMessage());
      }
    }
    return new Grant(terms);
  }

  private static String clip(String text) {
    return text.length() <= 32 ? text : text.substring(0, 32);
  }

  private static RequestException bad(String message) {
    return new RequestException(ErrorCode.BAD_REQUEST, message);
  }
}
