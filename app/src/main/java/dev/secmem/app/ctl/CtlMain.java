package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** {@code secmemctl}: stores, gets and lists secrets of an agent, and uses its keys. */
public final class CtlMain {
  private CtlMain() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(args);
    System.err.flush();
    // Nothing is left to be done in order: exit's orderly way costs milliseconds of a short life.
    Runtime.getRuntime().halt(code);
  }

  static int run(String[] args) {
    int code = execute(args);
    return code != ExitCode.OK && "exec".equals(Arguments.commandWord(args))
        ? ExecCommand.exitCode(code)
        : code;
  }

  private static int execute(String[] args) {
    try {
      Arguments arguments = Arguments.parse(args);
      if (arguments.help()) {
        Stdout.write(Help.usage(arguments.command()));
        return ExitCode.OK;
      }
      if (arguments.version()) {
        Stdout.write(Help.version());
        return ExitCode.OK;
      }
      return dispatch(arguments);
    } catch (UsageException e) {
      Messages.say(e.getMessage());
      return ExitCode.USAGE;
    } catch (CtlException e) {
      Messages.say(e.getMessage());
      return e.exitCode();
    } catch (SecretClientException e) {
      Messages.say(e);
      return ExitCode.of(e);
    } catch (LinuxException e) {
      Messages.say(e.getMessage());
      return ExitCode.FAILED;
    } catch (IOException e) {
      Messages.say(describe(e));
      return ExitCode.FAILED;
    }
  }

  private static int dispatch(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    switch (arguments.command().name) {
      case "put":
        PutCommand.run(arguments);
        return ExitCode.OK;
      case "get":
        GetCommand.run(arguments);
        return ExitCode.OK;
      case "ls":
        ReportCommands.list(arguments);
        return ExitCode.OK;
      case "stat":
        ReportCommands.stat(arguments);
        return ExitCode.OK;
      case "touch":
        OwnerCommands.touch(arguments);
        return ExitCode.OK;
      case "rm":
        return OwnerCommands.remove(arguments);
      case "grant":
        OwnerCommands.grant(arguments);
        return ExitCode.OK;
      case "revoke":
        OwnerCommands.revoke(arguments);
        return ExitCode.OK;
      case "whoami":
        IdentityCommands.whoami(arguments);
        return ExitCode.OK;
      case "explain":
        IdentityCommands.explain(arguments);
        return ExitCode.OK;
      case "status":
        ReportCommands.status(arguments);
        return ExitCode.OK;
      case "metrics":
        ReportCommands.metrics(arguments);
        return ExitCode.OK;
      case "audit":
        ReportCommands.audit(arguments);
        return ExitCode.OK;
      case "top":
        TopCommand.run(arguments);
        return ExitCode.OK;
      case "doctor":
        return DoctorCommand.run(arguments);
      case "completion":
        Stdout.write(Help.completion(arguments.operand() == null ? "bash" : arguments.operand()));
        return ExitCode.OK;
      default:
        if (!DailyCommands.run(arguments)) {
          KeyCommands.run(arguments);
        }
        return ExitCode.OK;
    }
  }

  /** NIO's exceptions of files say only the path where they are of the commonest kinds. */
  private static String describe(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file: " + failure.getMessage();
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied: " + failure.getMessage();
    }
    if (failure instanceof FileSystemException file) {
      return file.getFile() + ": " + file.getReason();
    }
    return failure.getMessage();
  }
}
