package dev.secmem.api.transport;

import dev.secmem.api.Verb;
import dev.secmem.api.identity.Peer;

/**
 * One request line, whose form (docs/PROTOCOL.md, {@code request}) is already checked. Confined.
 */
public interface Request {

  /** Who asks: the same object for every request of a connection, and no other's [TR-15]. */
  Peer peer();

  /** The verb, or null for a word that is none. */
  Verb verb();

  /** How many arguments follow the verb. */
  int argumentCount();

  /**
   * An argument's text, printable ASCII without spaces, never empty, as the client sent it [TR-14].
   *
   * @throws IndexOutOfBoundsException if there are fewer
   */
  String argument(int index);

  /** Whether a descriptor came with this request: a verb whose body is optional asks first. */
  boolean hasBody();

  /**
   * The body that came with this request, checked to be a regular file in RAM that can be read.
   *
   * @throws RequestException {@code BAD_REQUEST} if none came [TR-17] or it is of another kind
   */
  Body body() throws RequestException;
}
