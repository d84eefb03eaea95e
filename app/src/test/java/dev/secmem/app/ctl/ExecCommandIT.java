package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl exec}: the program is what it would be without secmemctl, and has secrets. */
final class ExecCommandIT {
  private static CtlAgent agent;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
    put("plain", "value");
    put("quoted", "it's \"$HOME\"\n\\x\377");
    put("nul", "a\0b");
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void opensslReadsItsKeyFromTheFile() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl(1)");
    Result key = program("openssl", "genpkey", "-algorithm", "ed25519");
    assertEquals(0, agent.run(key.out(), "put", "tls/key").code());
    String script =
        "openssl pkey -in \"$KEY\" -pubout; echo \"$KEY\"; cat /proc/$$/environ | tr '\\0' '\\n'";
    Result result = agent.run("exec", "--file", "KEY=tls/key", "--", "sh", "-c", script);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.text().startsWith("-----BEGIN PUBLIC KEY-----\n"), result.text());
    assertTrue(result.text().contains("\nKEY=/proc/self/fd/"), result.text());
    String secret = key.text().lines().skip(1).findFirst().orElseThrow();
    assertFalse(result.text().contains(secret), "the key itself is in no environment");
  }

  @Test
  void theFileIsSealedAndReadFromItsStartEachTime() throws Exception {
    String script =
        "cat $F; cat $F; cat <$F; (echo x >>$F) 2>/dev/null || echo \"|sealed\"; stat -Lc %s $F";
    Result result = agent.run("exec", "--file", "F=plain", "--", "sh", "-c", script);
    assertEquals("valuevaluevalue|sealed\n5\n", result.text(), result.err());
  }

  @Test
  void valuesInTheEnvironmentByteForByte() throws Exception {
    Result result =
        agent.run("exec", "--env", "A=quoted", "--env=B=plain", "--", "sh", "-c", "env -0");
    byte[] expected = latin("\0A=it's \"$HOME\"\n\\x\377\0");
    assertTrue(("\0" + latin(result.out())).contains(latin(expected)), result.err());
    assertTrue(latin(result.out()).contains("\0B=value\0"), result.err());
    byte[] large = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertEquals(0, agent.run(large, "put", "large").code());
    Result printed = agent.run("exec", "--env", "A=large", "--", "printenv", "A");
    assertArrayEquals(large, java.util.Arrays.copyOf(printed.out(), large.length));
    assertEquals(0, agent.run(new byte[200_000], "put", "large").code());
    fails(125, "--file A=large", "exec", "--env", "A=large", "--", "true");
    assertEquals(0, agent.run("y".repeat(200_000).getBytes(), "put", "large").code());
    fails(126, "E2BIG", "exec", "--env", "A=large", "--", "true");
  }

  @Test
  void theExitCodeIsTheProgramsOrOneOfThree() throws Exception {
    assertEquals(0, agent.run("exec", "--", "true").code());
    assertEquals(45, agent.run("exec", "--", "sh", "-c", "exit 45").code());
    assertEquals(128 + 9, agent.run("exec", "--", "sh", "-c", "kill -KILL $$").code());
    assertEquals(128 + 15, agent.run("exec", "--", "sh", "-c", "kill -TERM $$").code());
    fails(127, "no such program", "exec", "--", "/nonexistent/program");
    fails(126, "not executable", "exec", "--", "/etc/passwd");
    fails(125, "write '--' before the command", "exec", "true");
    fails(125, "unknown option", "exec", "--nonsense", "--", "true");
    fails(125, "write --env VAR=NAME", "exec", "--env", "A", "--", "true");
    fails(125, "not a variable's name", "exec", "--env", "1A=plain", "--", "true");
    fails(125, "not a name", "exec", "--env", "A=b c", "--", "true");
    fails(125, "a prefix ends with '/'", "exec", "--prefix", "app", "--", "true");
    fails(125, "--socket", "--socket", "/nonexistent/s", "exec", "--env", "A=plain", "--", "true");
    assertEquals(0, agent.run("exec", "--help").code());
    assertEquals(
        0, agent.run("--socket", "/nonexistent/s", "exec", "--", "true").code(), "none is asked");
  }

  @Test
  void allOrNothing() throws Exception {
    assertEquals(0, agent.run(latin("v"), "put", "single", "--once").code());
    String[] command = {
      "exec",
      "--env",
      "A=single",
      "--file",
      "B=missing/b",
      "--env",
      "C=missing/c",
      "--",
      "echo",
      "x"
    };
    Result result = agent.run(command);
    assertEquals(125, result.code());
    assertEquals("", result.text());
    assertTrue(result.err().contains("missing/b: no such key"), result.err());
    assertTrue(result.err().contains("missing/c: no such key"), "each is told: " + result.err());
    assertTrue(result.err().contains("not started"), result.err());

    List<String> words =
        new ArrayList<>(List.of("env", "C=of the caller", CtlAgent.CTL.toString()));
    words.addAll(List.of(command).subList(0, 7));
    words.addAll(List.of("--lenient", "--", "sh", "-c", "echo \"$A|$B|${C-unset}\""));
    Result lenient = agent.runProgram(new byte[0], words);
    assertEquals("v||unset\n", lenient.text(), "read once, and not in vain: " + lenient.err());
  }

  @Test
  void everythingUnderAPrefix() throws Exception {
    put("app/db-password", "one");
    put("app/2nd.key", "two");
    put("application", "not this");
    Result result = agent.run("exec", "--prefix", "app/", "--pristine", "--", "env");
    assertEquals("DB_PASSWORD=one\n_2ND_KEY=two\n", sorted(result.text()), result.err());
    put("twice/a.b", "one");
    put("twice/a_b", "two");
    fails(125, "would both become A_B", "exec", "--prefix", "twice/", "--", "true");
    Result named =
        agent.run(
            "exec", "--prefix", "twice/", "--pristine", "--env", "OTHER=twice/a.b", "--", "env");
    assertEquals("A_B=two\nOTHER=one\n", sorted(named.text()), named.err());
  }

  @Test
  void itIsTheSameProcess() throws Exception {
    String script = "echo $$; exec \"$1\" exec --env A=plain -- sh -c 'echo $$'";
    String[] pids = program("sh", "-c", script, "sh", CtlAgent.CTL.toString()).text().split("\n");
    assertEquals(pids[0], pids[1]);
  }

  @Test
  void argumentsAndInputAreHandedOnByteForByte() throws Exception {
    String script =
        "printf 'in\\377put' | \"$1\" exec -- sh -c 'cat; printf %s \"$@\"' sh"
            + " \"$(printf '\\377 \\001')\" '' --help -- 'a b'";
    Result result = program("sh", "-c", script, "sh", CtlAgent.CTL.toString());
    assertEquals("in\377put\377 \001--help--a b", latin(result.out()), result.err());
  }

  /** Whatever the program can ask the kernel of itself, with secmemctl before it and without. */
  @Test
  void theProgramIsWhatItWouldBeWithoutSecmemctl() throws Exception {
    same("environ", "cat", "/proc/self/environ");
    same("signals", "grep", "-E", "^(Sig[BIC]|Cap|NoNew|Seccomp|Groups|Uid)", "/proc/self/status");
    same("limits", "cat", "/proc/self/limits");
    same("descriptors", "ls", "/proc/self/fd");
    same("standard descriptors", "readlink", "/proc/self/fd/0", "/proc/self/fd/7");
    same("umask and folder", "sh", "-c", "umask; pwd; cat /proc/self/coredump_filter");
    same("scheduling", "sh", "-c", "nice; cut -d' ' -f40,41 /proc/self/stat");
  }

  private static void same(String what, String... probe) throws Exception {
    Result direct = program(caller(List.of(probe)));
    List<String> words = new ArrayList<>(List.of(CtlAgent.CTL.toString(), "exec", "--"));
    words.addAll(List.of(probe));
    Result through = program(caller(words));
    assertEquals("", through.err(), what);
    assertFalse(direct.text().isEmpty(), what);
    assertEquals(latin(direct.out()), latin(through.out()), what);
    assertEquals(direct.code(), through.code(), what);
  }

  /** A caller with its own limits, descriptors, signals and odd variables. */
  private static String[] caller(List<String> words) {
    String script =
        "ulimit -Sn 321; ulimit -Sc 77; umask 027; exec 7</dev/null 9</dev/full 0<&-;"
            + " exec env --block-signal=USR1,WINCH --ignore-signal=PIPE,QUIT,USR2,XFSZ"
            + " --default-signal=INT 'odd.name%%=x' 'BASH_FUNC_f%%=() { :; }' 'LINES_=a\n\n b'"
            + " JAVA_TOOL_OPTIONS=-Dx=1 JDK_JAVA_OPTIONS=-Dx=1 _JAVA_OPTIONS=-Dx=1 LC_ALL=C"
            + " SECMEM_ENVIRON_0=mine SECMEM_SAVED_X=mine CDPATH=/ IFS=1 PWD=/nowhere OLDPWD=x"
            + " SHLVL=7 _=x LARGE=\"$(head -c 120000 /dev/zero | tr '\\0' x)\" \"$@\"";
    List<String> all = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    all.addAll(words);
    return all.toArray(new String[0]);
  }

  private static Result program(String... words) throws Exception {
    return agent.runProgram(new byte[0], List.of(words));
  }

  private static void fails(int code, String message, String... arguments) throws Exception {
    Result result = agent.run(arguments);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertEquals("", result.text());
  }

  private static void put(String name, String value) throws Exception {
    Result result = agent.run(latin(value), "put", name);
    assertEquals(0, result.code(), result.err());
  }

  private static String sorted(String lines) {
    return String.join("\n", lines.lines().sorted().toList()) + "\n";
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
