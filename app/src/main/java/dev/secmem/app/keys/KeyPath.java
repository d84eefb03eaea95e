package dev.secmem.app.keys;

import java.util.Arrays;

/**
 * The way from a seed to a key: {@code m/74'/0'/0'/0'} (BIP32's notation). Immutable; not secret.
 *
 * <p>Below {@code m/74'} are secmem's own keys. Its children 1', 2' and 3' are nodes that only
 * symmetric keys are derived from, so that a node's bytes are never used for two algorithms.
 */
public final class KeyPath {
  /** The most steps a path may have. */
  public static final int MAX_STEPS = 16;

  /** Added to the index of a hardened step (BIP32). */
  static final int HARDENED = 0x80000000;

  private static final int MAX_DIGITS = 10;
  private static final int MAX_CHARS = 1 + MAX_STEPS * (MAX_DIGITS + 2);
  private static final int PURPOSE = 74;
  private static final int PASSWORDS = 1;
  private static final int ENCRYPTION = 2;
  private static final int STORE = 3;

  /** The key that stands for the owner of the mnemonic. */
  public static final KeyPath IDENTITY = own(0, 0, 0);

  /** The SSH host key. */
  public static final KeyPath SSH_HOST = own(0, 1, 0);

  /** The first Ethereum account (BIP44). */
  public static final KeyPath ETHEREUM =
      new KeyPath(44 | HARDENED, 60 | HARDENED, 0 | HARDENED, 0, 0);

  /** The node of the store's root key. */
  public static final KeyPath ROOT = own(STORE, 0, 0);

  private final int[] steps;

  private KeyPath(int... steps) {
    this.steps = steps;
  }

  /** The key of a device, by number; device 0's is the identity. */
  public static KeyPath device(int number) {
    return own(0, 0, number);
  }

  /**
   * The node of a site's password.
   *
   * @param siteIndex as {@link SitePassword#index} gives it
   */
  public static KeyPath sitePassword(int siteIndex) {
    return own(PASSWORDS, 0, siteIndex);
  }

  /** The node of the envelopes of one version. */
  public static KeyPath encryption(int version) {
    return own(ENCRYPTION, 0, version);
  }

  private static KeyPath own(int purpose, int branch, int index) {
    if (index < 0) {
      throw new IllegalArgumentException("an index is from 0 to 2147483647");
    }
    return new KeyPath(PURPOSE | HARDENED, purpose | HARDENED, branch | HARDENED, index | HARDENED);
  }

  /**
   * Reads {@code m}, then for each step {@code /} and an index below 2^31, hardened if {@code '} or
   * {@code h} follows.
   *
   * @throws IllegalArgumentException for anything else; the message says what is wrong, for people
   */
  public static KeyPath parse(String text) {
    if (!text.equals("m") && !text.startsWith("m/")) {
      throw new IllegalArgumentException("a path begins with m/");
    }
    if (text.length() > MAX_CHARS) {
      throw tooLong();
    }
    String[] parts = text.split("/", -1);
    if (parts.length - 1 > MAX_STEPS) {
      throw tooLong();
    }
    int[] steps = new int[parts.length - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = parseStep(parts[i + 1], i + 1);
    }
    return new KeyPath(steps);
  }

  private static int parseStep(String text, int position) {
    boolean hardened = text.endsWith("'") || text.endsWith("h");
    String digits = hardened ? text.substring(0, text.length() - 1) : text;
    boolean number =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.equals("0") || digits.charAt(0) != '0');
    if (!number || Long.parseLong(digits) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "step "
              + position
              + " of the path is not a number from 0 to 2147483647 without leading zeros,"
              + " with one ' or h after it if it is hardened");
    }
    return Integer.parseInt(digits) | (hardened ? HARDENED : 0);
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException("a path has at most " + MAX_STEPS + " steps");
  }

  /** How many steps it has; 0 for {@code m}. */
  int length() {
    return steps.length;
  }

  /** A step's index as an unsigned number of 32 bits, {@link #HARDENED} included. */
  int step(int position) {
    return steps[position];
  }

  /** Whether every step is hardened: all that Ed25519 has (SLIP-0010). */
  public boolean isHardened() {
    return Arrays.stream(steps).allMatch(step -> step < 0);
  }

  /**
   * Whether it is at or below a node that symmetric keys are derived from. No key pair may be made
   * there, nor its private key given out.
   */
  public boolean isKeptForSymmetricKeys() {
    return steps.length >= 2
        && steps[0] == (PURPOSE | HARDENED)
        && (steps[1] == (PASSWORDS | HARDENED)
            || steps[1] == (ENCRYPTION | HARDENED)
            || steps[1] == (STORE | HARDENED));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPath path && Arrays.equals(steps, path.steps);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps);
  }

  /** As {@link #parse} reads it, with {@code '} for hardened steps. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("m");
    for (int step : steps) {
      text.append('/').append(step & ~HARDENED).append(step < 0 ? "'" : "");
    }
    return text.toString();
  }
}
