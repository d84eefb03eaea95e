package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent's command line comes to mean. */
final class AgentSyntaxTest {
  @TempDir Path folder;

  @Test
  void wordsOfTheCommandThatBeginWithAtAreItsOwn() throws Exception {
    Path file = Files.writeString(folder.resolve("data"), "one two");
    List<String> command = List.of("curl", "-d", "@" + file, "@@x", "--", "@" + file);
    String[] line = {
      "--log-level", "debug", "--", "curl", "-d", "@" + file, "@@x", "--", "@" + file
    };
    assertEquals(
        command, AgentSyntax.settings(AgentSyntax.commandLine().parseArgs(line)).command());
  }
}
