package dev.secmem.app.selftest;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.app.cli.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tries what the agent relies on, in processes of its own: it needs no running agent, disturbs
 * none, and changes nothing that outlives it. Confined.
 */
public final class SelfTest {
  /** The word with which the program starts itself again, for {@link SandboxChild}. */
  public static final String IN_SANDBOX = "--in-sandbox";

  /** No line is longer, but for a word that is. */
  private static final int COLUMNS = 79;

  private final List<Check> checks = new ArrayList<>();

  private SelfTest() {}

  /** Makes every check, which takes a second or two. */
  public static SelfTest run(
      List<CipherProvider> ciphers, List<KeyDerivationProvider> keyDerivations) {
    SelfTest test = new SelfTest();
    test.checks.addAll(KernelChecks.all());
    test.checks.add(SandboxChild.check());
    test.checks.addAll(ProcessChecks.all());
    test.checks.addAll(CipherChecks.all(ciphers));
    test.checks.addAll(KeyDerivationChecks.all(keyDerivations));
    test.checks.add(SocketFolderCheck.check(System::getenv));
    return test;
  }

  /** Enters the sandbox and tells what it does not deny; the calling process stays in it. */
  public static String inSandbox() {
    return SandboxChild.report();
  }

  /** Whether nothing that matters is missing. */
  public boolean passed() {
    return checks.stream().noneMatch(check -> check.result() == Check.Result.FAIL);
  }

  /** A table for people. */
  public String table() {
    StringBuilder text = new StringBuilder();
    row(text, "WHAT", "RESULT", "MEANING");
    for (Check check : checks) {
      row(text, check.what(), check.result().word(), check.meaning());
    }
    return text.append(passed() ? "passed\n" : "failed\n").toString();
  }

  private static void row(StringBuilder text, String what, String result, String meaning) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s %-7s", what, result));
    int indent = line.length();
    for (String word : meaning.split(" ")) {
      if (line.length() + 1 + word.length() > COLUMNS && line.length() > indent) {
        text.append(line).append('\n');
        line.setLength(0);
        line.append(" ".repeat(indent));
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }

  /** One JSON object and a line feed. */
  public String json() {
    StringBuilder text = new StringBuilder("{\"passed\":").append(passed()).append(",\"checks\":[");
    for (Check check : checks) {
      text.append(text.charAt(text.length() - 1) == '[' ? "" : ",");
      text.append("{\"what\":").append(JsonText.quoted(check.what()));
      text.append(",\"result\":").append(JsonText.quoted(check.result().word()));
      text.append(",\"meaning\":").append(JsonText.quoted(check.meaning())).append('}');
    }
    return text.append("]}\n").toString();
  }
}
