package dev.secmem.api.identity;

/**
 * The host's policy on identity.
 *
 * @param allowInterpreter whether a grant may name a program that runs whatever it is told to
 */
public record AuthenticatorOptions(boolean allowInterpreter) {

  /** The strictest. */
  public static final AuthenticatorOptions DEFAULTS = new AuthenticatorOptions(false);
}
