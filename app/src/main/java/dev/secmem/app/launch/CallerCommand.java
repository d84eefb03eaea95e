package dev.secmem.app.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command line as the kernel keeps it: the JVM's copy is characters of the locale. */
public final class CallerCommand {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private CallerCommand() {}

  /**
   * The last words of this process's command line, byte for byte.
   *
   * @param count how many; not more than main got arguments
   */
  public static List<byte[]> lastWords(int count) throws IOException {
    List<byte[]> words = NulSeparated.split(Files.readAllBytes(COMMAND_LINE));
    return words.subList(words.size() - count, words.size());
  }
}
