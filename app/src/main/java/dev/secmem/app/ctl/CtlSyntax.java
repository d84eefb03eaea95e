package dev.secmem.app.ctl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The commands and options of secmemctl; {@link KeySyntax} has those on keys. There is no other
 * place where they are listed.
 */
final class CtlSyntax {
  static final CommandOption SOCKET =
      CommandOption.value(
          "--socket",
          "PATH",
          "the agent's socket; else $SECMEM_SOCK, else $XDG_RUNTIME_DIR/secmem/agent.sock,"
              + " else /run/secmem/agent.sock");
  static final CommandOption AGENT_UID =
      CommandOption.value(
          "--agent-uid",
          "UID",
          "trust an agent of this uid, too; else only one of your own uid or root is");

  static final CommandOption TTL =
      CommandOption.value(
          "--ttl", "TIME", "how long it lives: 500ms, 90s, 10m, 9h, 2d; else the agent's default");
  static final CommandOption ONCE =
      CommandOption.flag("--once", "gone after it was read once (the same as --reads 1)");
  static final CommandOption READS =
      CommandOption.value("--reads", "N", "gone after it was read N times");
  static final CommandOption IF_ABSENT =
      CommandOption.flag("--if-absent", "only if you have no secret of that name (else exit 8)");
  static final CommandOption IF_VERSION =
      CommandOption.value(
          "--if-version", "N", "only if your secret of that name has version N (else exit 8)");
  static final CommandOption ALLOW =
      CommandOption.repeatable(
          "--allow",
          "GRANT",
          "who else may read it: uid:33, gid:adm, exe:/path, unit:name.service, session; joined by"
              + " + where all must hold; may be given again");
  static final CommandOption BIND =
      CommandOption.value(
          "--bind", "KIND", "only from where it is put, you too: session, exe or unit");
  static final CommandOption GRADE =
      CommandOption.value(
          "--grade", "GRADE", "refuse unless it is protected so: hidden, locked or any");
  static final CommandOption DOWNGRADE =
      CommandOption.flag("--downgrade", "may replace one of a higher grade (else exit 8)");
  static final CommandOption PID = CommandOption.value("--pid", "P", "the process to explain for");
  static final CommandOption FROM_FILE =
      CommandOption.value("--from-file", "FILE", "take the value from a file, byte for byte");
  static final CommandOption OWNER =
      CommandOption.value(
          "--owner", "UID", "whose secret; else yours, else the one granted to you");
  static final CommandOption OUTPUT =
      CommandOption.value(
          "--output",
          "FILE",
          "write the value to a file of mode 0600 instead, replacing a file that is there");
  static final CommandOption JSON = CommandOption.flag("--json", "print JSON instead");
  static final CommandOption COUNT =
      CommandOption.value("--count", "N", "how many lines, 1 to 10000; else 100");

  static final CommandOption INTERVAL =
      CommandOption.value("--interval", "TIME", "how often it looks: 500ms, 2s, 1m; else 2s");
  static final CommandOption JSON_LINES =
      CommandOption.flag("--json", "print JSON, which it does in any case");

  static final CommandOption[] COMMON = {SOCKET, AGENT_UID};

  static final CommandSyntax PUT =
      new CommandSyntax(
          "put",
          "Store a secret, or replace your own of that name.",
          "NAME",
          1,
          1,
          options(
              TTL, ONCE, READS, IF_ABSENT, IF_VERSION, ALLOW, BIND, GRADE, DOWNGRADE, FROM_FILE),
          "The value is read from standard input, byte for byte; on a terminal you are asked for"
              + " it, and it is not shown. NAME=VALUE works, too, but other users of this machine"
              + " can see the value while the command runs.",
          "",
          "Examples:",
          "  printf %s \"$PASSWORD\" | secmemctl put db_password --ttl 10m",
          "  secmemctl put api/token --once --allow uid:33",
          "  secmemctl put db_password --allow uid:postgres+exe:/usr/bin/pg_dump",
          "  secmemctl put tls/key --from-file key.pem --if-absent");
  static final CommandSyntax GET =
      new CommandSyntax(
          "get",
          "Print a secret's value.",
          "NAME",
          1,
          1,
          options(OWNER, OUTPUT, JSON),
          "The value is written byte for byte; a newline follows only on a terminal."
              + " --json prints one object: name, owner, version, ttl_ms, size, value_base64.",
          "",
          "Examples:",
          "  secmemctl get db_password",
          "  PGPASSWORD=$(secmemctl get db_password) psql");
  static final CommandSyntax LS =
      new CommandSyntax(
          "ls",
          "List the secrets that you may read, without their values.",
          "[PREFIX]",
          0,
          1,
          options(JSON),
          "--json prints one object a line.",
          "",
          "Examples:",
          "  secmemctl ls",
          "  secmemctl ls db/ --json");
  static final CommandSyntax STAT =
      new CommandSyntax(
          "stat",
          "Show a secret's version, size, time and reads, without its value.",
          "NAME",
          1,
          1,
          options(OWNER, JSON),
          "--json prints one object: name, owner, version, size, ttl_ms, reads, reads_left, bind,"
              + " grade.",
          "",
          "Example:",
          "  secmemctl stat db_password");
  static final CommandSyntax TOUCH =
      new CommandSyntax(
          "touch",
          "Give one of your secrets a new time, counted from now.",
          "NAME",
          1,
          1,
          options(TTL),
          "Example:",
          "  secmemctl touch db_password --ttl 9h");
  static final CommandSyntax RM =
      new CommandSyntax(
          "rm",
          "Wipe secrets of yours.",
          "NAME...",
          1,
          Integer.MAX_VALUE,
          options(),
          "Every name is tried; the exit code is that of the first failure.",
          "",
          "Example:",
          "  secmemctl rm db_password api/token");
  static final CommandSyntax GRANT =
      new CommandSyntax(
          "grant",
          "Let others read one of your secrets, too.",
          "NAME GRANT...",
          2,
          Integer.MAX_VALUE,
          options(),
          "A grant is uid:N or uid:NAME, gid:N or gid:NAME, exe:/path, unit:name.service or"
              + " session (your login session); joined by + all must hold. exe: narrows mistakes;"
              + " it is no border against programs of the same uid.",
          "",
          "Example:",
          "  secmemctl grant db_password uid:www-data unit:backup.service");
  static final CommandSyntax REVOKE =
      new CommandSyntax(
          "revoke",
          "Take grants of one of your secrets back.",
          "NAME GRANT...",
          2,
          Integer.MAX_VALUE,
          options(),
          "If it lacks one of them nothing changes, and the exit code is 3.",
          "",
          "Example:",
          "  secmemctl revoke db_password uid:www-data");
  static final CommandSyntax WHOAMI =
      new CommandSyntax(
          "whoami",
          "Show what the agent sees of you.",
          "",
          0,
          0,
          options(JSON),
          "A dash, or null, is what it cannot see, or what there is not.");
  static final CommandSyntax EXPLAIN =
      new CommandSyntax(
          "explain",
          "Tell why a process could, or could not, read one of your secrets.",
          "NAME",
          1,
          1,
          options(PID, JSON),
          "Example:",
          "  secmemctl explain db_password --pid 4242");
  static final CommandSyntax STATUS =
      new CommandSyntax(
          "status",
          "Show the agent's state, protections and limits.",
          "",
          0,
          0,
          options(JSON),
          "--json prints the agent's JSON as it is.");
  static final CommandSyntax METRICS =
      new CommandSyntax(
          "metrics",
          "Print the agent's metrics as OpenMetrics text.",
          "",
          0,
          0,
          options(JSON),
          "--json prints one object a line: name, labels, value.");
  static final CommandSyntax AUDIT =
      new CommandSyntax(
          "audit",
          "Print the newest audit lines, oldest first (the agent's own uid and root only).",
          "",
          0,
          0,
          options(COUNT, JSON_LINES),
          "Example:",
          "  secmemctl audit --count 20");
  static final CommandSyntax TOP =
      new CommandSyntax(
          "top",
          "Watch the agent: secrets, rates, protections and the last audit lines.",
          "",
          0,
          0,
          options(INTERVAL),
          "A bar is what is left of the time that a secret had when it was first seen, or last"
              + " touched. q and Ctrl-C end it, s sorts by name or by time, arrows scroll. Values"
              + " are never asked for. Its own requests are left out of the rates and lines.",
          "",
          "Example:",
          "  secmemctl top --interval 5s");
  static final CommandSyntax DOCTOR =
      new CommandSyntax(
          "doctor",
          "Tell what protects this machine's agent and what does not, and what mends it.",
          "",
          0,
          0,
          options(JSON),
          "It works without an agent, too. The exit code is 1 if something important is missing."
              + " --json prints one object a line: check, state (ok, warning or missing), found,"
              + " mend.",
          "",
          "Examples:",
          "  secmemctl doctor",
          "  secmemctl doctor --json | jq 'select(.state != \"ok\")'");
  static final CommandSyntax COMPLETION =
      new CommandSyntax(
          "completion",
          "Print a completion script for a shell.",
          "[bash|zsh|fish]",
          0,
          1,
          options(),
          "It completes commands, options and the names of secrets that you may read. The same"
              + " scripts, and one for secmem-agent, are in the distribution's folder share.",
          "",
          "Examples:",
          "  source <(secmemctl completion)",
          "  secmemctl completion fish | source");

  static final CommandSyntax[] COMMANDS = {
    PUT,
    GET,
    LS,
    STAT,
    TOUCH,
    RM,
    GRANT,
    REVOKE,
    WHOAMI,
    EXPLAIN,
    STATUS,
    METRICS,
    AUDIT,
    TOP,
    DOCTOR,
    COMPLETION
  };

  private CtlSyntax() {}

  /** The command of that name, or null. */
  static CommandSyntax command(String name) {
    CommandSyntax command = find(COMMANDS, name);
    // Further tables are looked at, and loaded, only for what this one lacks.
    command = command == null ? find(DailySyntax.COMMANDS, name) : command;
    return command == null ? find(KeySyntax.COMMANDS, name) : command;
  }

  /** Every command, in the order of the help. */
  static List<CommandSyntax> all() {
    List<CommandSyntax> all = new ArrayList<>(Arrays.asList(COMMANDS));
    all.addAll(all.indexOf(RM) + 1, Arrays.asList(DailySyntax.COMMANDS));
    all.addAll(all.size() - 1, Arrays.asList(KeySyntax.COMMANDS));
    return all;
  }

  private static CommandSyntax find(CommandSyntax[] commands, String name) {
    for (CommandSyntax command : commands) {
      if (command.name.equals(name)) {
        return command;
      }
    }
    return null;
  }

  /**
   * The option of that name, or null.
   *
   * @param command null before the command's name: then only the options common to all
   */
  static CommandOption option(CommandSyntax command, String name) {
    CommandOption common = find(COMMON, name);
    return common != null || command == null ? common : find(command.options, name);
  }

  private static CommandOption find(CommandOption[] options, String name) {
    for (CommandOption option : options) {
      if (option.name.equals(name) || name.equals(option.alias)) {
        return option;
      }
    }
    return null;
  }

  private static CommandOption[] options(CommandOption... options) {
    return options;
  }
}
