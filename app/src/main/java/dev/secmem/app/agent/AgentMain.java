package dev.secmem.app.agent;

import dev.secmem.api.PluginException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code secmem-agent}: reads the command line and runs the agent. */
public final class AgentMain {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private AgentMain() {}

  /** Runs the agent and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(args);
    System.out.flush();
    System.err.flush();
    // Everything that must be done in order is done: other threads have nothing left to say.
    Runtime.getRuntime().halt(code);
  }

  private static int run(String[] args) {
    try {
      if (args.length == 1 && args[0].equals("plugins")) {
        System.out.print(PluginsReport.text());
        return OK;
      }
      CommandLine line = AgentSyntax.commandLine();
      ParseResult parsed = line.parseArgs(args);
      if (parsed.hasMatchedOption("--help")) {
        line.usage(System.out);
        return OK;
      }
      if (parsed.hasMatchedOption("--version")) {
        System.out.println(AgentSyntax.version());
        return OK;
      }
      return AgentProcess.run(AgentSyntax.settings(parsed));
    } catch (ParameterException | UsageException e) {
      say(e.getMessage() + "; 'secmem-agent --help' shows the options");
      return USAGE;
    } catch (PluginException | LinuxException | IOException e) {
      say(e.getMessage());
      return FAILED;
    } catch (StartRefusedException e) {
      say(e.getMessage());
      return e.exitCode();
    }
  }

  private static void say(String message) {
    System.err.println("secmem-agent: " + message);
  }
}
