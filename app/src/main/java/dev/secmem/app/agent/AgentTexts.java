package dev.secmem.app.agent;

import dev.secmem.app.cli.ShippedTexts;
import dev.secmem.app.cli.UsageException;
import java.io.IOException;
import java.nio.file.Path;

/** Run by the build: writes secmem-agent's completion scripts and manual page. */
final class AgentTexts {
  private AgentTexts() {}

  /** Takes the folder {@code share} and the release's timestamp. */
  public static void main(String[] args) throws IOException, UsageException {
    ShippedTexts.write(AgentSyntax.commandLine().getCommandSpec(), Path.of(args[0]), args[1]);
  }
}
