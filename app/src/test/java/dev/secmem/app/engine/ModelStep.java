package dev.secmem.app.engine;

/**
 * One request of a sequence, as numbers that mean something in any state: so jqwik can leave any of
 * them out, or make them smaller, when it looks for the shortest sequence that fails.
 *
 * @param who an index of {@link EngineModel#UIDS}
 * @param name an index of a name
 * @param owner whose secret is asked for by GET and STAT: an index, or none beyond the last; an
 *     index of RENAME's new name
 * @param brief whether the time is a short one
 * @param reads how often it may be read; 0: any number
 * @param condition 0: none, 1: absent, 2: the version that there is, 3: another
 * @param grants bits: to which uids, and then to which gids
 * @param size an index of a size
 */
record ModelStep(
    Kind kind,
    int who,
    int name,
    int owner,
    boolean brief,
    int reads,
    int condition,
    int grants,
    int size) {

  enum Kind {
    GET,
    PUT,
    STAT,
    TOUCH,
    DEL,
    GRANT,
    REVOKE,
    RENAME,
    LIST,
    LOCK,
    UNLOCK,
    /** Waits until every short time is over. */
    WAIT
  }

  @Override
  public String toString() {
    return switch (kind) {
      case PUT ->
          kind
              + " who="
              + who
              + " name="
              + name
              + (brief ? " brief" : "")
              + " reads="
              + reads
              + " condition="
              + condition
              + " grants="
              + grants
              + " size="
              + size;
      case GET, STAT -> kind + " who=" + who + " name=" + name + " owner=" + owner;
      case TOUCH -> kind + " who=" + who + " name=" + name + (brief ? " brief" : "");
      case GRANT, REVOKE -> kind + " who=" + who + " name=" + name + " grants=" + grants;
      case RENAME -> kind + " who=" + who + " name=" + name + " to=" + owner % 3;
      case DEL -> kind + " who=" + who + " name=" + name;
      case LIST, LOCK, UNLOCK -> kind + " who=" + who;
      case WAIT -> "WAIT";
    };
  }
}
