package dev.secmem.app.agent;

import dev.secmem.api.PluginException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.selftest.SelfTest;
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

  private static final String SELF_TEST_HELP =
      """
      Usage: secmem-agent selftest [--json]

      Tries on this machine what the agent relies on: memory that cannot be read or swapped, seals,
      the sandbox (in a process of its own), ciphers and key derivation by published answers, the
      socket's folder. Needs no running agent, disturbs none, changes nothing.

      Results: pass; warn, the agent works with less; fail, a promise does not hold here; skip, it
      cannot be known. Exit codes: 0 nothing failed, 1 something failed, 2 usage.
      """;

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
      if (args.length == 2 && args[0].equals("plugins") && args[1].equals("--json")) {
        System.out.print(PluginsReport.json());
        return OK;
      }
      if (args.length > 0 && args[0].equals("selftest")) {
        return selfTest(args);
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

  private static int selfTest(String[] args) throws PluginException, UsageException {
    String option = args.length == 1 ? "" : args.length == 2 ? args[1] : "too many";
    switch (option) {
      case "--help", "-h" -> {
        System.out.print(SELF_TEST_HELP);
        return OK;
      }
      case SelfTest.IN_SANDBOX -> {
        System.out.print(SelfTest.inSandbox());
        return OK;
      }
      case "", "--json" -> {
        SelfTest test =
            SelfTest.run(InstalledPlugins.ciphers().all(), InstalledPlugins.keyDerivations().all());
        System.out.print(option.isEmpty() ? test.table() : test.json());
        return test.passed() ? OK : FAILED;
      }
      default -> throw new UsageException("selftest takes --json, --help or nothing");
    }
  }

  private static void say(String message) {
    System.err.println("secmem-agent: " + message);
  }
}
