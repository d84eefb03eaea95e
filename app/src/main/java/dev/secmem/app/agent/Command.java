package dev.secmem.app.agent;

import dev.secmem.app.launch.CallerCommand;
import dev.secmem.app.launch.CallerDescriptors;
import dev.secmem.app.launch.CallerEnvironment;
import dev.secmem.linux.ChildProcess;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SignalState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The command that the agent serves and ends with. It is started as the agent's caller would have
 * started it, with two more things in its environment: SECMEM_SOCK, and secmemctl in its PATH.
 */
final class Command implements AutoCloseable {
  /** Raised in {@link Signals} when the command ended. */
  static final int ENDED = 0;

  private static final System.Logger LOG = System.getLogger("dev.secmem.agent");

  /** As a shell, and env(1), answer for it. */
  private static final int NOT_FOUND = 127;

  private static final int NOT_EXECUTABLE = 126;

  private final ChildProcess process;
  private volatile int exitCode;
  private volatile boolean ended;

  private Command(ChildProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param words the command and its arguments: the last words of this process's own command line
   * @throws StartRefusedException if there is no such program, or it cannot be executed
   */
  static Command start(List<String> words, String socket, Signals signals)
      throws LinuxException, IOException, StartRefusedException {
    CallerEnvironment environment =
        CallerEnvironment.read().without(ServiceManager.VARIABLES).with("SECMEM_SOCK", socket);
    String home = System.getProperty(CallerEnvironment.HOME_PROPERTY);
    if (home != null) {
      environment = environment.withPathFirst(Path.of(home, "bin"));
    }
    CallerDescriptors.keepOnlyThese();
    try {
      Command command =
          new Command(
              ChildProcess.spawn(
                  CallerCommand.lastWords(words.size()),
                  environment.variables(),
                  SignalState.ofCaller()));
      command.watch(signals);
      return command;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        throw new StartRefusedException(words.get(0) + ": no such program", NOT_FOUND);
      }
      if (e.errno() == Errno.EACCES) {
        throw new StartRefusedException(words.get(0) + ": not executable", NOT_EXECUTABLE);
      }
      throw e;
    }
  }

  private void watch(Signals signals) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                exitCode = process.waitFor();
              } catch (LinuxException e) {
                LOG.log(System.Logger.Level.ERROR, "the command was lost: " + e.getMessage());
                exitCode = 1;
              } finally {
                ended = true;
                signals.raise(ENDED);
              }
            },
            "secmem-command");
    watcher.setDaemon(true);
    watcher.start();
  }

  /** Its exit code, or 128 and the number of the signal that ended it. */
  int exitCode() {
    return exitCode;
  }

  /** Passes a signal on. */
  void signal(int number) {
    try {
      process.kill(number);
    } catch (LinuxException e) {
      LOG.log(System.Logger.Level.WARNING, "could not pass on signal " + number + ": " + e);
    }
  }

  /** Ends it if it still runs: without its agent it has nothing to wait for. */
  @Override
  public void close() {
    if (!ended) {
      signal(Signals.SIGTERM);
    }
  }
}
