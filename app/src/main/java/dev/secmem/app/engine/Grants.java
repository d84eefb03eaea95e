package dev.secmem.app.engine;

import dev.secmem.api.identity.Peer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A secret's grants: one of them is enough. */
final class Grants {
  /** The most grants that one secret has. */
  static final int MAX = 32;

  static final Grants NONE = new Grants(List.of());

  private final Grant[] grants;
  private final String wire;

  private Grants(List<Grant> grants) {
    this.grants = grants.toArray(new Grant[0]);
    StringBuilder text = new StringBuilder();
    for (Grant grant : grants) {
      text.append(text.length() == 0 ? "" : ",").append(grant.wire());
    }
    this.wire = text.toString();
  }

  /** Those grants, each kept once. */
  static Grants of(List<Grant> grants) {
    Map<String, Grant> distinct = new LinkedHashMap<>();
    grants.forEach(grant -> distinct.putIfAbsent(grant.wire(), grant));
    return distinct.isEmpty() ? NONE : new Grants(List.copyOf(distinct.values()));
  }

  boolean isEmpty() {
    return grants.length == 0;
  }

  /** Whether one of them admits the peer. */
  boolean admit(Peer peer) {
    for (Grant grant : grants) {
      if (grant.admits(peer)) {
        return true;
      }
    }
    return false;
  }

  /** All of them as on the wire, separated by commas; also what the record is bound to. */
  String wire() {
    return wire;
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
    if (grants.length == 0) {
      return 0;
    }
    long terms = 0;
    for (Grant grant : grants) {
      terms += grant.terms();
    }
    return 64L + grants.length * 64L + terms * 96L + 3L * wire.length();
  }
}
