package dev.secmem.app.engine;

import dev.secmem.api.identity.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may read a secret, and how well it must be kept: grants, of which one is enough; a bind,
 * which narrows everybody's reads, the owner's too; a grade. Immutable; most secrets share one of
 * these.
 */
final class Grants {
  /** The most grants that one secret has. */
  static final int MAX = 32;

  /** The longest text of them: as much as a request line holds. */
  static final int MAX_BYTES = 4096;

  private static final Grants[] PLAIN = {
    new Grants(List.of(), null, Grade.ANY),
    new Grants(List.of(), null, Grade.LOCKED),
    new Grants(List.of(), null, Grade.HIDDEN)
  };

  static final Grants NONE = PLAIN[0];

  private final Grant[] grants;
  private final Grant.Term bind;
  private final Grade grade;
  private final String bound;

  private Grants(List<Grant> grants, Grant.Term bind, Grade grade) {
    this.grants = grants.toArray(new Grant[0]);
    this.bind = bind;
    this.grade = grade;
    StringBuilder text = new StringBuilder();
    for (Grant grant : grants) {
      text.append(text.length() == 0 ? "" : ",").append(grant.bound());
    }
    // A semicolon is never part of a grant.
    if (bind != null) {
      text.append(";bind=").append(bind.bound());
    }
    if (grade != Grade.ANY) {
      text.append(";grade=").append(grade.wire());
    }
    this.bound = text.toString();
  }

  /** Those grants, each kept once, without a bind, of any grade. */
  static Grants of(List<Grant> grants) {
    return of(grants, null, Grade.ANY);
  }

  /**
   * Those grants, each kept once.
   *
   * @param bind what every reader must be, too; null for nothing
   */
  static Grants of(List<Grant> grants, Grant.Term bind, Grade grade) {
    Map<String, Grant> distinct = new LinkedHashMap<>();
    grants.forEach(grant -> distinct.putIfAbsent(grant.bound(), grant));
    return distinct.isEmpty() && bind == null
        ? PLAIN[grade.ordinal()]
        : new Grants(List.copyOf(distinct.values()), bind, grade);
  }

  /** The same with more grants; itself if it has them all. */
  Grants with(List<Grant> more) {
    List<Grant> all = new ArrayList<>(List.of(grants));
    all.addAll(more);
    Grants joined = of(all, bind, grade);
    return joined.count() == count() ? this : joined;
  }

  /** The same without every grant of those forms on the wire. */
  Grants without(List<String> wires) {
    List<Grant> rest = new ArrayList<>(List.of(grants));
    rest.removeIf(grant -> wires.contains(grant.wire()));
    return of(rest, bind, grade);
  }

  boolean has(String wire) {
    for (Grant grant : grants) {
      if (grant.wire().equals(wire)) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return grants.length == 0;
  }

  /** Whether one of them admits the peer, and the bind does. */
  boolean admit(Peer peer) {
    for (Grant grant : grants) {
      if (grant.admits(peer)) {
        return bindHolds(peer);
      }
    }
    return false;
  }

  /** Whether the peer is what the secret is bound to; true if it is bound to nothing. */
  boolean bindHolds(Peer peer) {
    return bind == null || bind.holds(peer);
  }

  /** What the secret is bound to, or null. */
  Grant.Term bind() {
    return bind;
  }

  Grade grade() {
    return grade;
  }

  /** All that this says, in one unambiguous form: what the record is bound to. */
  String bound() {
    return bound;
  }

  /** One of the grants. */
  Grant get(int index) {
    return grants[index];
  }

  /** One of them as on the wire, in the order in which they were given. */
  String wire(int index) {
    return grants[index].wire();
  }

  int count() {
    return grants.length;
  }

  /** The memory that they take on the heap, roughly, in bytes. */
  long metadataBytes() {
    if (grants.length == 0 && bind == null) {
      return 0;
    }
    long terms = bind == null ? 0 : 1;
    for (Grant grant : grants) {
      terms += grant.terms();
    }
    return 64L + grants.length * 64L + terms * 96L + 3L * bound.length();
  }
}
