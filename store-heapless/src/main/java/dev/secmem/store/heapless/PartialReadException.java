package dev.secmem.store.heapless;

import java.io.IOException;

/** A stream failed or ended too early. What it gave before is not lost. */
public final class PartialReadException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient LockedBuffer content;

  PartialReadException(LockedBuffer content, IOException cause) {
    super("the stream gave " + content.size() + " bytes only", cause);
    this.content = content;
  }

  /** What was read, frozen: the caller's to close. */
  public LockedBuffer content() {
    return content;
  }
}
