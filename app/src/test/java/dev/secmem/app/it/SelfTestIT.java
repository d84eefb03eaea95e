package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code secmem-agent selftest} on this machine, as several users. */
class SelfTestIT {
  private static final int UID = 7004;

  static List<String> homes() {
    return OtherJvm.all();
  }

  private static Map<String, String> results(String json) {
    Matcher matcher =
        Pattern.compile("\\{\"what\":\"([^\"]+)\",\"result\":\"(\\w+)\",\"meaning\":\"[^\"]+\"}")
            .matcher(json);
    Map<String, String> results = new HashMap<>();
    while (matcher.find()) {
      results.put(matcher.group(1), matcher.group(2));
    }
    return results;
  }

  private static Programs.Result asUser(String limits) {
    Needs.otherUids();
    Path folder = Distribution.temporaryFolder("secmem-it-selftest-");
    try {
      Files.setAttribute(folder, "unix:uid", UID);
      Map<String, String> empty = Map.of("HOME", folder.toString(), "TMPDIR", folder.toString());
      Programs.Result result = asUser(empty, limits);
      assertEquals(0, folder.toFile().list().length, "nothing is left");
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Distribution.delete(folder);
    }
  }

  private static Programs.Result asUser(Map<String, String> environment, String limits) {
    return Programs.run(
        environment,
        "",
        "setpriv",
        "--reuid=" + UID,
        "--regid=" + UID,
        "--clear-groups",
        "sh",
        "-c",
        limits + " exec \"$0\" selftest --json",
        Distribution.readableHome().resolve("bin/secmem-agent").toString());
  }

  @ParameterizedTest
  @MethodSource("homes")
  void theTableTellsOfEachAndTheExitCodeOfAll(String home) {
    Programs.Result result =
        Programs.run(Map.of("JAVA_HOME", home), "", Distribution.agent(), "selftest");
    assertEquals(0, result.code(), result.text() + result.err());
    for (String what :
        List.of("memfd_secret", "mlock", "seals", "SO_PEERPIDFD", "CLOCK_BOOTTIME", "core limit")) {
      assertTrue(result.text().contains("\n" + what + " "), what);
    }
    assertTrue(result.text().contains("\nseccomp sandbox        pass "), result.text());
    assertTrue(result.text().endsWith("\npassed\n"), result.text());
    List<String> wide = result.text().lines().filter(line -> line.length() > 80).toList();
    assertEquals(List.of(), wide, "it fits a terminal of 80 columns");
  }

  @Test
  void anOrdinaryUserIsToldTheSame() {
    Programs.Result result = asUser("");
    assertEquals(0, result.code(), result.text() + result.err());
    Map<String, String> results = results(result.text());
    assertEquals("true", Json.value(result.text(), "passed"));
    for (String what :
        List.of("seals", "seccomp sandbox", "not dumpable", "mlock", "cipher openssl", "kdf bc")) {
      assertEquals("pass", results.get(what), result.text());
    }
  }

  @Test
  void whatIsMissingFails() {
    Programs.Result result = asUser("ulimit -l 0;");
    assertEquals(1, result.code(), result.text());
    Map<String, String> results = results(result.text());
    assertEquals("false", Json.value(result.text(), "passed"));
    assertEquals("fail", results.get("mlock"), result.text());
    assertEquals("fail", results.get("memfd_secret"), "no page can be locked either");
    assertEquals("pass", results.get("seals"), "everything else is still told");
  }

  @Test
  void helpAndUsage() {
    assertTrue(Programs.run(Distribution.agent(), "--help").text().contains("selftest [--json]"));
    Programs.Result help = Programs.run(Distribution.agent(), "selftest", "--help");
    assertEquals(0, help.code());
    assertTrue(help.text().contains("Exit codes: 0 nothing failed"), help.text());
    assertEquals(2, Programs.run(Distribution.agent(), "selftest", "--frob").code());
    assertEquals(2, Programs.run(Distribution.agent(), "selftest", "--json", "--json").code());
  }
}
