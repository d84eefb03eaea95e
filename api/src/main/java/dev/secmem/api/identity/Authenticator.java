package dev.secmem.api.identity;

import dev.secmem.api.PluginException;
import java.util.List;
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
 * a sentence for the user [AU-01], from all methods that take one. A fact that cannot be had is
 * {@link PluginException} with a sentence for the user, and the host takes it as no [AU-02].
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

  /**
   * What of that kind is true of {@code peer}: values in normal form, each of which {@link
   * #matches} [AU-05], at least one. They show a peer who it is, and bind a secret to it.
   *
   * @throws PluginException if the peer has none, or it cannot be had; the message is for the peer
   *     itself
   */
  default List<String> values(Peer peer, String kind) throws PluginException {
    throw new PluginException(
        PluginException.Reason.FAILED, kind + ": it cannot be told which one is a process's own");
  }

  /**
   * Why {@link #matches} says no: a sentence for the owner of a grant, which tells of the peer no
   * more than that, never blank [AU-06].
   *
   * @param value in normal form
   */
  default String refusal(Peer peer, String kind, String value) {
    return "it is of another " + kind + ", or that cannot be seen";
  }

  /**
   * Whether a grant of that kind carries a value. If not, the word alone is written, and the host
   * binds the grant to the value that its owner has when it is given.
   */
  default boolean takesValue(String kind) {
    return true;
  }

  /**
   * Judges a grant, or a bind, at the moment when its owner gives it.
   *
   * @param owner who gives it
   * @param value in normal form
   * @param others whether peers of other uids than the host's own may come to be judged by it
   * @throws IllegalArgumentException with a sentence for the user, if the grant would not do here
   *     what its owner expects
   */
  default void approve(Peer owner, String kind, String value, boolean others) {}
}
