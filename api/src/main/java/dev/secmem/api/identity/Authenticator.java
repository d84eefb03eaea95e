package dev.secmem.api.identity;

import dev.secmem.api.PluginException;
import java.util.Set;

/**
 * Judges whether a peer is who a grant names: the part of a grant before the colon is its kind, the
 * part after it the value, as in {@code uid:33}.
 *
 * <p><b>Discovery.</b> Made by an {@link AuthenticatorProvider}. Each kind has one authenticator;
 * two for one kind end the host's start.
 *
 * <p><b>Lifecycle.</b> As long as the host; holds no resource.
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads.
 *
 * <p><b>Memory.</b> Handles no secret.
 *
 * <p><b>Failure.</b> A value that no peer could ever match is {@link IllegalArgumentException} with
 * a sentence for the user [AU-01], from both methods. A fact that cannot be had is {@link
 * PluginException}, and the host takes it as no [AU-02].
 *
 * <p><b>Security properties.</b> An answer comes from the kernel, never from what the peer says of
 * itself. When in doubt the answer is no.
 *
 * <p><b>Not promised.</b> That the process which opened the connection is the one that uses it.
 */
public interface Authenticator {

  /** The grant kinds it judges: lower-case words, at least one, always the same [AU-03]. */
  Set<String> kinds();

  /**
   * Brings a value into its one written form [AU-04]: applied to its own result it changes nothing.
   *
   * @throws IllegalArgumentException if the value is malformed, or the kind not one of {@link
   *     #kinds}
   */
  String normalize(String kind, String value);

  /**
   * Whether {@code peer} is who {@code kind:value} names.
   *
   * @param value in normal form
   */
  boolean matches(Peer peer, String kind, String value) throws PluginException;
}
