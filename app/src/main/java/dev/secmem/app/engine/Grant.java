package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who else may read: terms that must all hold, as in {@code uid:33+gid:8}. */
final class Grant {
  private final List<Term> terms;
  private final String wire;

  Grant(List<Term> terms) {
    this.terms = List.copyOf(terms);
    this.wire = join(Term::wire);
  }

  private String join(Function<Term, String> form) {
    return terms.stream().map(form).collect(Collectors.joining("+"));
  }

  /** Its normal form on the wire. */
  String wire() {
    return wire;
  }

  /** The same with the values of those kinds that have none on the wire: what it really means. */
  String bound() {
    return join(Term::bound);
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

  /** Why it does not admit the peer: a sentence; null if it does. */
  String refusal(Peer peer) {
    for (Term term : terms) {
      String refusal = term.refusal(peer);
      if (refusal != null) {
        return term.wire() + ": " + refusal;
      }
    }
    return null;
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

    String kind() {
      return kind;
    }

    String wire() {
      return authenticator.takesValue(kind) ? bound() : kind;
    }

    String bound() {
      return kind + ":" + value;
    }

    /** Refuses what would not do here what its owner expects. */
    void approve(Peer owner, boolean others) {
      authenticator.approve(owner, kind, value, others);
    }

    boolean holds(Peer peer) {
      if (peer instanceof Caller caller) {
        caller.judgedBy(authenticator, kind);
      }
      try {
        return authenticator.matches(peer, kind, value);
      } catch (PluginException | IllegalArgumentException e) {
        return false; // a fact that cannot be had is no fact: fail closed
      }
    }

    /** Why it does not hold: a sentence; null if it does. */
    String refusal(Peer peer) {
      return holds(peer) ? null : authenticator.refusal(peer, kind, value);
    }
  }
}
