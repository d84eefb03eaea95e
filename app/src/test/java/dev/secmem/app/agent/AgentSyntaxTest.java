package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.cli.UsageException;
import dev.secmem.app.engine.EngineOptions;
import dev.secmem.app.engine.Protections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class AgentSyntaxTest {
  private static AgentSettings parse(String... arguments) throws UsageException {
    return AgentSyntax.settings(AgentSyntax.commandLine().parseArgs(arguments));
  }

  @Test
  void withoutOptionsItIsTheDocumentedDefaults() throws UsageException {
    AgentSettings settings = parse();
    assertNull(settings.socket());
    assertEquals(-1, settings.socketMode());
    assertEquals(Set.of(), settings.allowedUids());
    assertEquals(Set.of(), settings.allowedGids());
    assertFalse(settings.identity().allowInterpreter());
    assertTrue(parse("--allow-interpreter").identity().allowInterpreter());
    assertNull(settings.store());
    assertNull(settings.cipher());
    assertNull(settings.transport());
    assertEquals(EngineOptions.DEFAULTS, settings.engine());
    assertEquals(600_000, settings.idleTimeoutMillis());
    assertTrue(settings.auditToStderr());
    assertEquals(Set.of(), settings.require());
    assertEquals(System.Logger.Level.INFO, settings.logLevel());
    assertEquals(List.of(), settings.command());
    assertEquals(new ServiceSettings(5000, 0), settings.service());
  }

  @Test
  void theServicesTimes() throws UsageException {
    assertEquals(
        new ServiceSettings(250, 900_000),
        parse("--socket-check", "250ms", "--exit-after", "15m").service());
    assertEquals(250, parse("--socket-check", "250ms", "--", "true").service().socketCheckMillis());
    String message =
        assertThrows(UsageException.class, () -> parse("--exit-after", "15m", "--", "true"))
            .getMessage();
    assertTrue(message.contains("--exit-after"), message);
    assertThrows(UsageException.class, () -> parse("--exit-after", "0s"));
    assertThrows(UsageException.class, () -> parse("--socket-check", "often"));
  }

  @Test
  void everyOptionIsTaken() throws UsageException {
    AgentSettings settings =
        parse(
            "--socket",
            "/run/x",
            "--socket-mode",
            "0660",
            "--allow-uid",
            "5,6",
            "--allow-uid=7",
            "--allow-gid",
            "0",
            "--store",
            "s",
            "--cipher",
            "c",
            "--transport",
            "t",
            "--max-secret-size",
            "64k",
            "--max-secrets",
            "5",
            "--max-memory",
            "2m",
            "--max-connections",
            "9",
            "--uid-share",
            "30",
            "--max-ttl",
            "2h",
            "--default-ttl",
            "1m",
            "--idle-timeout",
            "1s",
            "--audit",
            "denied",
            "--log-level",
            "error",
            "--require",
            "mlock,attach",
            "--require",
            "NOCORE");
    assertEquals("/run/x", settings.socket());
    assertEquals(0660, settings.socketMode());
    assertEquals(Set.of(5L, 6L, 7L), settings.allowedUids());
    assertEquals(Set.of(0L), settings.allowedGids());
    assertEquals("s", settings.store());
    assertEquals("c", settings.cipher());
    assertEquals("t", settings.transport());
    assertEquals(
        new EngineOptions(
            65536, 5, 2 << 20, 9, 30, 7_200_000, 60_000, EngineOptions.AuditFilter.DENIED),
        settings.engine());
    assertEquals(1000, settings.idleTimeoutMillis());
    assertEquals(System.Logger.Level.ERROR, settings.logLevel());
    assertEquals(
        Set.of(Protection.MLOCK, Protection.ATTACH, Protection.NOCORE), settings.require());
  }

  @Test
  void whereOthersAreAdmittedOneUidHasHalf() throws UsageException {
    assertEquals(50, parse("--allow-uid", "5").engine().uidSharePercent());
    assertEquals(50, parse("--allow-gid", "5").engine().uidSharePercent());
    assertEquals(80, parse("--allow-gid", "5", "--uid-share", "80").engine().uidSharePercent());
  }

  @Test
  void theSandboxIsLeftOnlyOnRequest() throws UsageException {
    assertTrue(parse().sandbox());
    assertFalse(parse("--no-sandbox").sandbox());
    assertTrue(parse("--", "sh", "--no-sandbox").sandbox(), "a word of the command's");
    assertEquals(Set.of(Protection.SANDBOX), parse("--require", "sandbox").require());
  }

  @Test
  void aShorterLongestTimeShortensTheDefaultButDoesNotHideAContradiction() throws UsageException {
    assertEquals(1000, parse("--max-ttl", "1s").engine().defaultTtlMillis());
    assertUsage("default ttl may not exceed max ttl", "--max-ttl", "1s", "--default-ttl", "2s");
  }

  @Test
  void aCommandIsTakenAsItStandsAndQuietsTheAgent() throws UsageException {
    AgentSettings settings =
        parse("--store", "s", "--", "sh", "-c", "x; y", "--help", "--store", "z", "--", "a");
    assertEquals("s", settings.store());
    assertEquals(
        List.of("sh", "-c", "x; y", "--help", "--store", "z", "--", "a"), settings.command());
    assertFalse(settings.auditToStderr());
    assertEquals(System.Logger.Level.WARNING, settings.logLevel());
    AgentSettings loud = parse("--audit", "all", "--log-level", "debug", "--", "true");
    assertTrue(loud.auditToStderr());
    assertEquals(System.Logger.Level.DEBUG, loud.logLevel());
    assertEquals(List.of("--socket"), parse("--", "--socket").command());
  }

  @TempDir Path folder;

  @Test
  void anArgumentIsNeverReadFromAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("args"), "--store evil");
    AgentSettings settings =
        parse("--", "curl", "-d", "@" + file, "\"quoted\"", "'x'", "${java.home}");
    assertEquals(
        List.of("curl", "-d", "@" + file, "\"quoted\"", "'x'", "${java.home}"), settings.command());
    assertEquals("@" + file, parse("--socket", "@" + file).socket());
  }

  @Test
  void whatIsWrongIsSaid() {
    assertUsage("--allow-uid needs a number, not 'root'", "--allow-uid", "root");
    assertUsage("--allow-uid needs a number, not '-1'", "--allow-uid=-1");
    assertUsage("--allow-uid needs a number, not ''", "--allow-uid", "5,,6");
    String nobody = ": 0 to 4294967294, but not 65534, where unmapped users land";
    assertUsage("--allow-uid 65534" + nobody, "--allow-uid", "65534");
    assertUsage("--allow-gid 65534" + nobody, "--allow-gid", "65534");
    assertUsage("--allow-gid 4294967295" + nobody, "--allow-gid", "4294967295");
    for (String mode : new String[] {"8", "66", "0888", "1777", "rw", "01777", "-600"}) {
      assertUsage(
          "--socket-mode needs three octal digits, not '" + mode + "'", "--socket-mode=" + mode);
    }
    assertUsage("not a size: '1t'; write 4096, 64k, 256m or 1g", "--max-memory", "1t");
    assertUsage("max secret size is 1 byte to 1 GiB", "--max-secret-size", "0");
    assertUsage("max secret size is 1 byte to 1 GiB", "--max-secret-size", "8g");
    assertUsage("max memory is at least 1 MiB", "--max-memory", "1k");
    assertUsage("max secrets is 1 to 100 000 000", "--max-secrets", "0");
    assertUsage("max connections is 1 to 100 000", "--max-connections", "99999999999");
    assertUsage("uid share is 1 to 100 percent", "--uid-share", "101");
    assertUsage("max ttl is 1 ms to 10 years", "--max-ttl", "3651d");
    assertUsage(
        "not a time: '5'; write a number and a unit: 500ms, 90s, 10m, 9h or 2d", "--max-ttl", "5");
    assertUsage("a time must be at least 1ms: '0s'", "--idle-timeout", "0s");
    assertUsage("--audit is all, changes or denied, not 'none'", "--audit", "none");
    assertUsage("--log-level is error, warning, info or debug, not 'off'", "--log-level", "off");
    assertUsage(
        "--require knows mlock, secretmem, nodump, nocore, nonewprivs, heap, attach, sandbox, not 'all'",
        "--require",
        "all");
  }

  @Test
  void optionsThatAreUnknownLackAValueOrComeTwiceAreRefused() {
    for (String[] wrong :
        new String[][] {
          {"--sockett", "x"}, {"--socket"}, {"--socket", "a", "--socket", "b"}, {"-x"},
          {"--max-secrets"}, {"--require"}, {"--store", "--cipher", "c"}, {"--help=5"}
        }) {
      assertThrows(
          CommandLine.ParameterException.class, () -> parse(wrong), String.join(" ", wrong));
    }
  }

  private static void assertUsage(String message, String... arguments) {
    UsageException usage = assertThrows(UsageException.class, () -> parse(arguments));
    assertEquals(message, usage.getMessage());
  }

  @Test
  void sizesAreNumbersWithAUnitOrWithout() throws UsageException {
    assertEquals(0, Sizes.parseBytes("0"));
    assertEquals(4096, Sizes.parseBytes("4096"));
    assertEquals(64 << 10, Sizes.parseBytes("64k"));
    assertEquals(64 << 10, Sizes.parseBytes("64K"));
    assertEquals(256 << 20, Sizes.parseBytes("256m"));
    assertEquals(3L << 30, Sizes.parseBytes("3G"));
    assertEquals(Long.MAX_VALUE, Sizes.parseBytes("9223372036854775807"));
    assertEquals(8589934591L << 30, Sizes.parseBytes("8589934591g"));
    for (String wrong :
        new String[] {
          "",
          "k",
          "-1",
          "+1",
          "1.5m",
          "01k",
          "1 k",
          " 1",
          "1kb",
          "1KiB",
          "0x10",
          "1kk",
          "9223372036854775808",
          "8589934592g",
          "99999999999999999999"
        }) {
      assertThrows(UsageException.class, () -> Sizes.parseBytes(wrong), wrong);
    }
  }

  @Test
  void eachProtectionLooksAtItsOwnFact() {
    Protections all =
        new Protections("all", "memfd_secret", true, true, true, true, true, "seccomp");
    Protections none = new Protections("none", "none", false, false, false, false, false, "none");
    for (Protection protection : Protection.values()) {
      assertTrue(protection.holds(all), protection.word());
      assertFalse(protection.holds(none), protection.word());
      assertFalse(protection.meaning().isEmpty());
    }
    Protections some = new Protections("arenas", "mlock", true, false, true, false, true, "none");
    assertTrue(Protection.MLOCK.holds(some));
    assertFalse(Protection.SECRETMEM.holds(some));
    assertTrue(Protection.NODUMP.holds(some));
    assertFalse(Protection.NOCORE.holds(some));
    assertTrue(Protection.NONEWPRIVS.holds(some));
    assertFalse(Protection.HEAP.holds(some));
    assertTrue(Protection.ATTACH.holds(some));
    assertFalse(Protection.SANDBOX.holds(some));
  }
}
