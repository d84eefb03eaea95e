package dev.secmem.app.ctl;

import dev.secmem.app.cli.ShippedTexts;
import dev.secmem.app.cli.UsageException;
import java.io.IOException;
import java.nio.file.Path;

/** Run by the build: writes secmemctl's completion scripts and manual pages. */
final class CtlTexts {
  private CtlTexts() {}

  /** Takes the folder {@code share} and the release's timestamp. */
  public static void main(String[] args) throws IOException, UsageException {
    ShippedTexts.write(Help.model(), Path.of(args[0]), args[1]);
  }
}
