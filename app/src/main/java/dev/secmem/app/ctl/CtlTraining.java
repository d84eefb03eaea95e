package dev.secmem.app.ctl;

/**
 * Runs every command once in one process, so that the class archive which lib/make-archives has the
 * JVM write at the end knows the classes of all of them. An agent must run; the value comes from
 * standard input.
 */
final class CtlTraining {
  private static final String NAME = "training";

  private static final String[][] COMMANDS = {
    {"put", NAME, "--ttl", "10s", "--reads", "9", "--if-absent", "--allow", "uid:0"},
    {"get", NAME},
    {"get", NAME, "--json"},
    {"ls"},
    {"stat", NAME},
    {"touch", NAME, "--ttl", "9s"},
    {"status"},
    {"metrics"},
    {"audit", "--count", "1"},
    {"gen", NAME + "/made"},
    {"mv", NAME + "/made", NAME + "/moved"},
    {"wait", NAME},
    {"source", NAME},
    {"inject", "-i", "/dev/null"},
    {"export", "--json", "--force", NAME},
    {"rm", NAME, NAME + "/moved"},
    {"get", NAME},
    {"--help"},
    // Last, for it leaves this process's signals and descriptors changed.
    {"exec", "--env", "A=" + NAME + "/none", "--lenient", "--", "/nonexistent/program"},
  };

  /** The second get finds nothing, and there is nothing to become. */
  private static final int FAILURES = 2;

  private CtlTraining() {}

  /** Ends with 0 if everything went as it should. */
  public static void main(String[] args) {
    int failures = 0;
    for (String[] command : COMMANDS) {
      failures += CtlMain.run(command) == ExitCode.OK ? 0 : 1;
    }
    System.err.flush();
    Runtime.getRuntime().halt(failures == FAILURES ? 0 : 1);
  }
}
