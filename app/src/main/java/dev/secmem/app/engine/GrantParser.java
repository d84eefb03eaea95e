package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.OwnIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads grants as they stand on the wire, with the authenticators that judge each kind. */
final class GrantParser {
  private final Map<String, Authenticator> byKind = new HashMap<>();
  private final boolean admitsOthers;
  private final String agentUid = Long.toString(OwnIdentity.uid());

  /**
   * @param admitsOthers whether other uids than the agent's own can connect
   */
  GrantParser(List<Authenticator> authenticators, boolean admitsOthers) throws PluginException {
    this.admitsOthers = admitsOthers;
    for (Authenticator authenticator : authenticators) {
      for (String kind : authenticator.kinds()) {
        Authenticator other = byKind.putIfAbsent(kind, authenticator);
        if (other != null) {
          throw new PluginException(
              PluginException.Reason.UNAVAILABLE,
              String.format(
                  "two authenticators judge %s: %s and %s; remove one of them",
                  kind, other.getClass().getName(), authenticator.getClass().getName()));
        }
      }
    }
  }

  /** The grants that {@code owner} gives by the text of an {@code allow=} option or of GRANT. */
  List<Grant> given(String text, Peer owner) throws RequestException {
    List<Grant> grants = new ArrayList<>();
    for (String part : parts(text)) {
      List<Grant.Term> terms = new ArrayList<>();
      boolean others = admitsOthers;
      for (String term : part.split("\\+", -1)) {
        terms.add(term(term, owner));
        others &= !(terms.get(terms.size() - 1).bound().equals("uid:" + agentUid));
      }
      for (Grant.Term term : terms) {
        approve(term, owner, others, "bad grant: ");
      }
      grants.add(new Grant(terms));
    }
    return grants;
  }

  /** The normal forms of the grants that REVOKE names, not given but compared. */
  List<String> named(String text) throws RequestException {
    List<String> wires = new ArrayList<>();
    for (String part : parts(text)) {
      StringBuilder wire = new StringBuilder();
      for (String term : part.split("\\+", -1)) {
        wire.append(wire.length() == 0 ? "" : "+").append(term(term, null).wire());
      }
      wires.add(wire.toString());
    }
    return wires;
  }

  /** What {@code owner} binds a secret to by the text of a {@code bind=} option. */
  Grant.Term bind(String kind, Peer owner) throws RequestException {
    if (!List.of("session", "exe", "unit").contains(kind) || !byKind.containsKey(kind)) {
      throw bad("bad bind=: session, exe or unit");
    }
    Grant.Term bind = ownTerm(byKind.get(kind), kind, owner);
    approve(bind, owner, false, "bad bind: ");
    return bind;
  }

  /** The one that judges a kind, or null. */
  Authenticator judgeOf(String kind) {
    return byKind.get(kind);
  }

  private static String[] parts(String text) throws RequestException {
    String[] parts = text.split(",", -1);
    if (parts.length > Grants.MAX) {
      throw bad("more than " + Grants.MAX + " grants");
    }
    return parts;
  }

  private Grant.Term term(String text, Peer owner) throws RequestException {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    Authenticator authenticator = byKind.get(kind);
    if (authenticator == null) {
      throw bad("no grant of kind " + (kind.isEmpty() ? "(empty)" : clip(kind)));
    }
    if (authenticator.takesValue(kind)) {
      try {
        String value = colon < 0 ? "" : text.substring(colon + 1);
        return new Grant.Term(authenticator, kind, authenticator.normalize(kind, value));
      } catch (IllegalArgumentException e) {
        throw bad("bad grant: " + e.getMessage());
      }
    }
    if (colon >= 0) {
      throw bad("bad grant: " + kind + " takes no value");
    }
    return owner == null
        ? new Grant.Term(authenticator, kind, "")
        : ownTerm(authenticator, kind, owner);
  }

  /** The owner's own value of a kind. */
  private static Grant.Term ownTerm(Authenticator authenticator, String kind, Peer owner)
      throws RequestException {
    try {
      return new Grant.Term(authenticator, kind, authenticator.values(owner, kind).get(0));
    } catch (PluginException e) {
      throw bad("you have none to bind to: " + e.getMessage());
    }
  }

  private static void approve(Grant.Term term, Peer owner, boolean others, String prefix)
      throws RequestException {
    try {
      term.approve(owner, others);
    } catch (IllegalArgumentException e) {
      throw bad(prefix + e.getMessage());
    }
  }

  private static String clip(String text) {
    return text.length() <= 32 ? text : text.substring(0, 32);
  }

  private static RequestException bad(String message) {
    return new RequestException(ErrorCode.BAD_REQUEST, message);
  }
}
