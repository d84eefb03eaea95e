package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.List;

/** Who else may read: terms that must all hold, as in {@code uid:33+gid:8}. */
final class Grant {
  private final List<Term> terms;
  private final String wire;

  Grant(List<Term> terms) {
    this.terms = List.copyOf(terms);
    StringBuilder text = new StringBuilder();
    for (Term term : terms) {
      text.append(text.length() == 0 ? "" : "+").append(term.kind).append(':').append(term.value);
    }
    this.wire = text.toString();
  }

  /** Its normal form on the wire. */
  String wire() {
    return wire;
  }

  int terms() {
    return terms.size();
  }

  boolean admits(Peer peer) {
    for (Term term : terms) {
      if (!term.holds(peer)) {
        return false;
      }
    }
    return true;
  }

  /** One condition. */
  static final class Term {
    private final Authenticator authenticator;
    private final String kind;
    private final String value;

    Term(Authenticator authenticator, String kind, String value) {
      this.authenticator = authenticator;
      this.kind = kind;
      this.value = value;
    }

    private boolean holds(Peer peer) {
      try {
        return authenticator.matches(peer, kind, value);
      } catch (PluginException | IllegalArgumentException e) {
        return false; // a fact that cannot be had is no fact: fail closed
      }
    }
  }
}
