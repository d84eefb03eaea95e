package dev.secmem.app.ctl;

import dev.secmem.api.Syntax;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code secmemctl import}: many secrets at once, or none. All that can be checked before is; what
 * was put when one fails after all is taken back.
 */
final class ImportCommand {
  private static final int STDIN = 0;
  private static final int TOLD_NAMES = 5;

  private final SecretClient client;
  private final ByteBuffer text;
  private final List<ImportedSecret> secrets;
  private final String prefix;
  private final Set<String> existing = new LinkedHashSet<>();

  private ImportCommand(
      SecretClient client, ByteBuffer text, List<ImportedSecret> secrets, String prefix) {
    this.client = client;
    this.text = text;
    this.secrets = secrets;
    this.prefix = prefix;
  }

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    PutOptions options = PutCommand.options(arguments);
    String prefix = prefix(arguments);
    arguments.refuseBoth(DailySyntax.ENV_FILE, DailySyntax.JSON_FILE);
    boolean json = arguments.has(DailySyntax.JSON_FILE);
    String path = arguments.value(json ? DailySyntax.JSON_FILE : DailySyntax.ENV_FILE);
    if (path == null) {
      throw new UsageException("import needs --env-file FILE or --json FILE" + arguments.seeHelp());
    }
    try (Value value = path.equals("-") ? StdinValue.read(STDIN) : FileValue.read(path)) {
      ByteBuffer text = value.bytes();
      List<ImportedSecret> secrets = json ? JsonSecrets.parse(text) : Dotenv.parse(text);
      checkNames(secrets, prefix);
      try (SecretClient client = AgentConnection.open(arguments)) {
        ImportCommand work = new ImportCommand(client, text, secrets, prefix);
        work.checkSizes();
        work.checkExisting(arguments.has(DailySyntax.REPLACE));
        work.putAll(options);
      }
    }
  }

  private static String prefix(Arguments arguments) throws UsageException {
    String prefix = arguments.value(DailySyntax.UNDER);
    return prefix == null ? "" : Arguments.checkedName(prefix);
  }

  private static void checkNames(List<ImportedSecret> secrets, String prefix) throws CtlException {
    if (secrets.isEmpty()) {
      throw new CtlException(ExitCode.FAILED, "there is nothing to import in it");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < secrets.size(); i++) {
      String name = prefix + secrets.get(i).key;
      if (!Syntax.isName(name)) {
        // It is not repeated: what is no name may be anything.
        throw new CtlException(
            ExitCode.FAILED,
            "the key of number "
                + (i + 1)
                + " makes no name; a name has 1 to 200 of A-Z a-z 0-9 . _ - / @ : +; nothing is"
                + " imported");
      }
      if (!names.add(name)) {
        throw new CtlException(ExitCode.FAILED, name + " is in it twice; nothing is imported");
      }
    }
  }

  private void checkSizes()
      throws SecretClientException, CtlException, LinuxException, IOException {
    long most;
    try (Delivery status = client.status()) {
      Object limits = Json.object(ReportCommands.text(status).strip()).get("limits");
      most =
          limits instanceof Map<?, ?> map && map.get("max_secret_size") instanceof Long size
              ? size
              : Long.MAX_VALUE;
    }
    for (ImportedSecret secret : secrets) {
      if (secret.to - secret.from > most) {
        throw new CtlException(
            ExitCode.TOO_LARGE,
            prefix
                + secret.key
                + " is larger than the agent takes, "
                + most
                + " bytes; nothing is imported");
      }
    }
  }

  /** Finds which of the names are taken, by secrets of the caller's own. */
  private void checkExisting(boolean replace)
      throws SecretClientException, CtlException, LinuxException, IOException {
    Set<String> own = new HashSet<>();
    for (Map<String, Object> secret : SecretList.read(client, prefix)) {
      if (Long.valueOf(OwnIdentity.uid()).equals(secret.get("owner"))) {
        own.add((String) secret.get("name"));
      }
    }
    for (ImportedSecret secret : secrets) {
      if (own.contains(prefix + secret.key)) {
        existing.add(prefix + secret.key);
      }
    }
    if (!existing.isEmpty() && !replace) {
      throw new CtlException(
          ExitCode.CONDITION,
          "you have secrets of these names: "
              + told(existing)
              + "; nothing is imported; --force replaces them");
    }
  }

  /** New ones first: they can be taken back, replaced ones cannot. */
  private void putAll(PutOptions options) throws SecretClientException, CtlException {
    long[] versions = new long[secrets.size()];
    int done = 0;
    try (Progress progress = new Progress("secrets imported", secrets.size())) {
      for (boolean replaced : new boolean[] {false, true}) {
        for (int i = 0; i < secrets.size(); i++) {
          String name = prefix + secrets.get(i).key;
          if (existing.contains(name) == replaced) {
            versions[i] = client.put(name, value(i), replaced ? options : options.ifAbsent());
            progress.done(++done);
          }
        }
      }
    } catch (SecretClientException e) {
      Messages.say(e);
      takeBack(versions);
      throw new CtlException(ExitCode.of(e), "nothing is imported" + butReplaced(versions));
    }
  }

  private ByteBuffer value(int index) {
    ImportedSecret secret = secrets.get(index);
    return text.slice(secret.from, secret.to - secret.from);
  }

  private void takeBack(long[] versions) {
    for (int i = 0; i < versions.length; i++) {
      String name = prefix + secrets.get(i).key;
      if (versions[i] == 0 || existing.contains(name)) {
        continue;
      }
      try {
        // Not one that somebody else of this uid has put there meanwhile.
        if (client.stat(name, OptionalLong.of(OwnIdentity.uid())).version() == versions[i]) {
          client.delete(name);
        }
      } catch (SecretClientException e) {
        Messages.say("could not take back " + name + ": " + e.getMessage());
      }
    }
  }

  private String butReplaced(long[] versions) {
    Set<String> replaced = new LinkedHashSet<>();
    for (int i = 0; i < versions.length; i++) {
      String name = prefix + secrets.get(i).key;
      if (versions[i] != 0 && existing.contains(name)) {
        replaced.add(name);
      }
    }
    return replaced.isEmpty() ? "" : ", but these were replaced: " + told(replaced);
  }

  private static String told(Set<String> names) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (String name : names) {
      if (count == TOLD_NAMES) {
        return text + " and " + (names.size() - count) + " more";
      }
      text.append(count++ == 0 ? "" : ", ").append(name);
    }
    return text.toString();
  }
}
