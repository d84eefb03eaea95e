package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;

/** The commands of {@link DailySyntax}. */
final class DailyCommands {
  private DailyCommands() {}

  /**
   * Runs one.
   *
   * @return whether the command is one of these
   */
  static boolean run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    switch (arguments.command().name) {
      case "exec":
        ExecCommand.run(arguments);
        return true;
      case "inject":
        InjectCommand.run(arguments);
        return true;
      case "source":
        SourceCommand.run(arguments);
        return true;
      case "gen":
        GenCommand.run(arguments);
        return true;
      case "mv":
        OwnerCommands.rename(arguments);
        return true;
      case "wait":
        WaitCommand.run(arguments);
        return true;
      case "import":
        ImportCommand.run(arguments);
        return true;
      case "export":
        ExportCommand.run(arguments);
        return true;
      default:
        return false;
    }
  }
}
