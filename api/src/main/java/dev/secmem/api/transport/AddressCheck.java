package dev.secmem.api.transport;

import java.util.Objects;

/**
 * What a server found when it looked at its own address ({@link TransportServer#checkAddress}).
 *
 * @param detail a sentence for the operator; empty if there is nothing to say
 */
public record AddressCheck(State state, String detail) {

  /** How it stands with the address. */
  public enum State {
    /** Who comes to the address reaches the server, and its handler answers. */
    HELD,
    /** The address was lost and is the server's again; its connections stayed. */
    RESTORED,
    /** It is not known whether the server can be reached there: no answer came in time. */
    SILENT,
    /** Another server answers there. */
    TAKEN,
    /** The place of the address does not exist any more, and is not the server's to make. */
    GONE
  }

  public AddressCheck {
    Objects.requireNonNull(state);
    Objects.requireNonNull(detail);
  }
}
