package dev.secmem.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** Completion scripts and manual pages, made from the model that {@code --help} is printed from. */
public final class ShippedTexts {
  private static final int DATE_LENGTH = 10;

  private ShippedTexts() {}

  /** The shells that {@link #completion} knows, as in {@code bash|zsh|fish}. */
  public static final String SHELLS = "bash|zsh|fish";

  /**
   * The script for a shell.
   *
   * @throws UsageException if it is another shell
   */
  public static String completion(CommandSpec program, String shell) throws UsageException {
    return switch (shell) {
      case "bash" -> BashCompletion.of(program);
      case "zsh" -> ZshCompletion.of(program);
      case "fish" -> FishCompletion.of(program);
      default ->
          throw new UsageException(
              "no completion for '" + shell + "'; there is one for bash, zsh and fish");
    };
  }

  /**
   * Writes a program's scripts and pages where packages put them: {@code bash-completion/}, {@code
   * zsh/}, {@code fish/} and {@code man/man1/} of a folder {@code share}.
   *
   * @param timestamp of the release, in ISO 8601; no clock is read, so every build writes the same
   */
  public static void write(CommandSpec program, Path share, String timestamp)
      throws IOException, UsageException {
    String name = program.name();
    put(share.resolve("bash-completion/completions/" + name), completion(program, "bash"));
    put(share.resolve("zsh/site-functions/_" + name), completion(program, "zsh"));
    put(share.resolve("fish/vendor_completions.d/" + name + ".fish"), completion(program, "fish"));
    String date = timestamp.substring(0, DATE_LENGTH);
    page(program, share, date);
    for (CommandSpec command : CommandTree.commands(program).values()) {
      page(command, share, date);
    }
  }

  private static void page(CommandSpec command, Path share, String date) throws IOException {
    put(share.resolve("man/man1/" + ManPage.name(command) + ".1"), ManPage.of(command, date));
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
