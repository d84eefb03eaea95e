package dev.secmem.app.engine;

import java.util.Set;

/**
 * The root of trust, and who may use it.
 *
 * @param root where the root key comes from
 * @param keysUids who may lock, unlock and use keys, besides the agent's own uid and root
 * @param allowDerive whether private keys are given out
 * @param lockAfterMillis lock after that long without use; 0: never
 */
public record KeyOptions(Root root, Set<Long> keysUids, boolean allowDerive, long lockAfterMillis) {

  /** Where the root key comes from. */
  public enum Root {
    /** Random at each start: unlocked from the start on, and gone with the agent. */
    RANDOM("random"),
    /** A mnemonic (BIP 39): locked until somebody unlocks it. */
    MNEMONIC("mnemonic");

    private final String word;

    Root(String word) {
      this.word = word;
    }

    /** The word in STATUS and on the command line. */
    public String word() {
      return word;
    }
  }

  public static final KeyOptions DEFAULTS = new KeyOptions(Root.RANDOM, Set.of(), false, 0);

  public KeyOptions {
    keysUids = Set.copyOf(keysUids);
    if (lockAfterMillis < 0) {
      throw new IllegalArgumentException("lock-after is a time");
    }
    if (lockAfterMillis > 0 && root != Root.MNEMONIC) {
      throw new IllegalArgumentException(
          "--lock-after needs --root mnemonic: a random root cannot be locked without a passphrase");
    }
  }
}
