package dev.secmem.app.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A JVM of another uid that nobody protected, with a port for JMX: what an intruder gets from it is
 * the control for what it does not get from the agent. Its parent is a shell, which does not wait
 * for it as this JVM would, so that it can be traced.
 */
final class OrdinaryJvm implements AutoCloseable {
  private static final String PROGRAM =
      """
      class Waits {
        public static void main(String[] arguments) throws Exception {
          System.out.println(ProcessHandle.current().pid());
          System.in.read();
        }
      }
      """;

  private final Path folder = Distribution.temporaryFolder("secmem-it-jvm-");
  private final Process shell;
  private final long pid;

  /**
   * @param doors options that open ways in
   */
  OrdinaryJvm(long uid, String doors) throws IOException {
    Path source = Files.writeString(folder.resolve("Waits.java"), PROGRAM);
    String id = Long.toString(uid);
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    List<String> words =
        List.of(
            "setpriv",
            "--reuid=" + id,
            "--regid=" + id,
            "--clear-groups",
            "sh",
            "-c",
            "\"$@\"; exit",
            "sh",
            java,
            source.toString());
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("JDK_JAVA_OPTIONS", doors);
    shell = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    pid = Long.parseLong(shell.inputReader().readLine());
  }

  long pid() {
    return pid;
  }

  @Override
  public void close() throws IOException {
    try {
      shell.getOutputStream().close(); // it reads the end of its input
      shell.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      Distribution.delete(folder);
    }
  }
}
