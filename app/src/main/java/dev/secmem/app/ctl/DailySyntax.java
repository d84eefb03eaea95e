package dev.secmem.app.ctl;

/** The commands that bring secrets to programs and back, and their options. */
final class DailySyntax {
  static final CommandOption ENV =
      CommandOption.repeatable(
          "--env",
          "VAR=NAME",
          "put the secret's value into the environment: every process of your uid, and whatever"
              + " CMD starts, can read it there; prefer --file");
  static final CommandOption FILE =
      CommandOption.repeatable(
          "--file",
          "VAR=NAME",
          "set VAR to the path of a sealed file in memory that holds the value; nobody can change"
              + " it, and it is gone with the last process that has it open");
  static final CommandOption PREFIX =
      CommandOption.repeatable(
          "--prefix",
          "P/",
          "as --env for every secret that you may read whose name begins so: app/db-password"
              + " becomes DB_PASSWORD");
  static final CommandOption PRISTINE =
      CommandOption.flag(
          "--pristine", "start from an empty environment, without PATH too, as env -i does");
  static final CommandOption LENIENT =
      CommandOption.flag("--lenient", "go on without the secrets that are missing");

  static final CommandOption STRICT =
      CommandOption.flag("--strict", "print nothing if one is missing, which is the default");
  static final CommandOption TEMPLATE =
      CommandOption.value(
          "--input", "-i", "TPL", "the template; else, and for '-', standard input");
  static final CommandOption OUT =
      CommandOption.value(
          "--output",
          "-o",
          "OUT",
          "write to a file of mode 0600 in a folder in memory instead, replacing a file that is"
              + " there");
  static final CommandOption ALLOW_DISK =
      CommandOption.flag(
          "--allow-disk", "let OUT lie on a disk, where its blocks may outlive it for years");
  static final CommandOption LENGTH =
      CommandOption.value("--length", "N", "how many characters, 1 to 65536; else 32");
  static final CommandOption CHARSET =
      CommandOption.value(
          "--charset",
          "SET",
          "of which characters: alnum (the default), hex, base64url, ascii, digits, lower, upper,"
              + " or the characters themselves");
  static final CommandOption TIMEOUT =
      CommandOption.value("--timeout", "TIME", "how long: 500ms, 90s, 10m; else for ever");

  static final CommandOption ENV_FILE =
      CommandOption.value("--env-file", "FILE", "a file of KEY=VALUE lines; '-': standard input");
  static final CommandOption JSON_FILE =
      CommandOption.value("--json", "FILE", "an object of JSON; '-': standard input");
  static final CommandOption UNDER =
      CommandOption.value("--prefix", "P/", "put this before every name");
  static final CommandOption REPLACE =
      CommandOption.flag(
          "--force", "replace secrets of yours that have these names; they cannot be brought back");
  static final CommandOption AS_JSON = CommandOption.flag("--json", "the form; there is no other");
  static final CommandOption OFF_TERMINAL =
      CommandOption.flag("--force", "write to a file or a pipe, too");

  static final CommandSyntax EXEC =
      new CommandSyntax(
          "exec",
          "Become a program that gets secrets, and nothing else of secmemctl.",
          "-- CMD [ARG...]",
          1,
          Integer.MAX_VALUE,
          options(ENV, FILE, PREFIX, PRISTINE, LENIENT),
          "CMD takes this process's place: its process id, signals, descriptors, limits and exit"
              + " code are what they would be without secmemctl. If one secret is missing, CMD is"
              + " not started.",
          "",
          "Exit codes: 125 secmemctl failed, 126 CMD cannot be executed, 127 there is no CMD,"
              + " else CMD's own.",
          "",
          "Examples:",
          "  secmemctl exec --file KEY=tls/key -- sh -c 'openssl pkey -in \"$KEY\" -noout'",
          "  secmemctl exec --env PGPASSWORD=db_password -- psql -h db.example.org",
          "  secmemctl exec --prefix app/ -- ./server");

  static final CommandSyntax INJECT =
      new CommandSyntax(
          "inject",
          "Fill a template's places with secrets.",
          "",
          0,
          0,
          options(TEMPLATE, OUT, ALLOW_DISK),
          "Places are {{ secmem:NAME }} and secmem://NAME. The second goes on for as long as the"
              + " name can, through . / : @ and the like: where something follows it, take the"
              + " first. If one secret is missing, nothing is written.",
          "",
          "Examples:",
          "  secmemctl inject -i app.conf.tpl -o /dev/shm/app.conf",
          "  printf 'password={{ secmem:db_password }}' | secmemctl inject | ./configure-it");
  static final CommandSyntax SOURCE =
      new CommandSyntax(
          "source",
          "Print secrets as variables for a shell.",
          "NAME...",
          1,
          Integer.MAX_VALUE,
          options(STRICT, LENIENT),
          "Each becomes a line export K='...', quoted for every POSIX shell. K is the last part of"
              + " the name, in upper case and with _ for all but letters and digits; K=NAME names"
              + " it. Whatever the shell starts then inherits the values; 'secmemctl exec' gives"
              + " them to one program.",
          "",
          "Examples:",
          "  vars=$(secmemctl source app/db-password TOKEN=ci/token) && eval \"$vars\"",
          "  eval \"$(secmemctl source --lenient app/db-password)\"");
  static final CommandSyntax EXPORT =
      new CommandSyntax(
          "export",
          "Print all secrets of yours with their values.",
          "[PREFIX]",
          0,
          1,
          options(AS_JSON, OFF_TERMINAL),
          "One object of JSON, a name and its value each; a value that is not UTF-8 is"
              + " {\"base64\": \"...\"}. 'secmemctl import --json' takes it. Times and grants are"
              + " not in it, and no secret whose reads are limited.",
          "",
          "Example:",
          "  secmemctl export --json --force | age -r RECIPIENT > secrets.age");
  static final CommandSyntax MV =
      new CommandSyntax(
          "mv",
          "Give one of your secrets another name; all else stays as it is.",
          "OLD NEW",
          2,
          2,
          options(),
          "If you have a secret of the new name, nothing happens (exit 8).",
          "",
          "Example:",
          "  secmemctl mv db_password app/db-password");
  static final CommandSyntax GEN =
      new CommandSyntax(
          "gen",
          "Store a random secret without showing it.",
          "NAME",
          1,
          1,
          options(
              LENGTH,
              CHARSET,
              CtlSyntax.TTL,
              CtlSyntax.ONCE,
              CtlSyntax.READS,
              CtlSyntax.IF_ABSENT,
              CtlSyntax.IF_VERSION,
              CtlSyntax.ALLOW,
              CtlSyntax.BIND,
              CtlSyntax.GRADE,
              CtlSyntax.DOWNGRADE),
          "The kernel's random source draws each character, every one as likely as the others.",
          "",
          "Examples:",
          "  secmemctl gen db_password --if-absent",
          "  secmemctl gen pin --length 6 --charset digits --ttl 10m");
  static final CommandSyntax WAIT =
      new CommandSyntax(
          "wait",
          "Wait until there is a secret that you may read, and an agent.",
          "NAME",
          1,
          1,
          options(TIMEOUT, CtlSyntax.OWNER),
          "After --timeout the exit code says what was missing: 3 the secret, 4 it has expired,"
              + " 6 the agent is locked, 7 there is no agent.",
          "",
          "Example:",
          "  secmemctl wait db_password --timeout 30s && ./server");
  static final CommandSyntax IMPORT =
      new CommandSyntax(
          "import",
          "Store many secrets at once, or none.",
          "",
          0,
          0,
          options(
              ENV_FILE,
              JSON_FILE,
              UNDER,
              REPLACE,
              CtlSyntax.TTL,
              CtlSyntax.ONCE,
              CtlSyntax.READS,
              CtlSyntax.ALLOW,
              CtlSyntax.BIND,
              CtlSyntax.GRADE,
              CtlSyntax.DOWNGRADE),
          "KEY=VALUE lines: # comments, 'export' before a key, single quotes, double quotes with"
              + " \\n \\r \\t \\\\ \\\" \\$ \\`; nothing is expanded. JSON: an object of strings; the keys"
              + " of objects in it are joined by /.",
          "",
          "Every name and size is checked first. If a put fails after all, what was put is wiped"
              + " again; with --force, new secrets are put before others are replaced. Who"
              + " interrupts it keeps what was put until then.",
          "",
          "Examples:",
          "  secmemctl import --env-file .env --prefix app/ --ttl 9h && shred -u .env",
          "  age -d secrets.age | secmemctl import --json -");

  static final CommandSyntax[] COMMANDS = {EXEC, INJECT, SOURCE, GEN, MV, WAIT, IMPORT, EXPORT};

  private DailySyntax() {}

  private static CommandOption[] options(CommandOption... options) {
    return options;
  }
}
