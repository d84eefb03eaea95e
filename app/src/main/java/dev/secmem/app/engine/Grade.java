package dev.secmem.app.engine;

import dev.secmem.api.crypto.HeapResidue;
import java.util.Arrays;
import java.util.Locale;

/** How well a secret must be protected while the agent has it; a later one is a higher one. */
enum Grade {
  /** As well as the agent can. */
  ANY,
  /** Keys, and plaintext during requests, are in locked memory. */
  LOCKED,
  /** And keys are in memfd_secret pages, and cipher and key derivation leave none on the heap. */
  HIDDEN;

  private static final Grade[] VALUES = values();
  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The word on the wire. */
  String wire() {
    return wire;
  }

  /** The grade of that word, or null. */
  static Grade ofWire(String word) {
    for (Grade grade : VALUES) {
      if (grade.wire.equals(word)) {
        return grade;
      }
    }
    return null;
  }

  /**
   * The highest that an agent with these protections gives.
   *
   * @param residue what each plugin that handles keys or values leaves on the heap
   */
  static Grade best(Protections protections, HeapResidue... residue) {
    if (protections.memoryLocked().equals("none")) {
      return ANY;
    }
    boolean hidden =
        protections.keyArena().equals("memfd_secret")
            && Arrays.stream(residue).allMatch(left -> left == HeapResidue.NONE);
    return hidden ? HIDDEN : LOCKED;
  }
}
