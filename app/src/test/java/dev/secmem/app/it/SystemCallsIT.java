package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the agent does to the file system from its start to its end, as strace sees it. */
@Tag("proof")
class SystemCallsIT {
  private static final int SIGSEGV = 11;

  private static final Pattern WRITING =
      Pattern.compile(
          "O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE|hsperfdata|openat2\\("
              + "|\\b(creat|mkdir|mkdirat|mknod|mknodat|rename|renameat|renameat2|link|linkat"
              + "|symlink|symlinkat|unlink|unlinkat|rmdir|truncate|chmod|fchmodat|chown|fchownat)\\(");

  /** The socket is removed through its open folder. */
  private static final Pattern OWN_SOCKET =
      Pattern.compile("unlink\\(\"/proc/self/fd/\\d+/agent\\.sock\"(\\) += 0| <unfinished)");

  /** Where a process tells the kernel that no core is to have its memory; no file on a disk. */
  private static final Pattern NO_FILE =
      Pattern.compile(
          "openat\\(AT_FDCWD, \"/proc/self/coredump_filter\", O_WRONLY(\\||\\)| <unfinished)");

  private final Path folder = Distribution.temporaryFolder("secmem-it-strace-");
  private final Path trace = folder.resolve("trace");

  @AfterEach
  void delete() {
    Distribution.delete(folder);
  }

  private String[] strace() {
    Needs.program("strace");
    Needs.root(); // nobody else sees the paths that an undumpable process names
    String calls = "trace=%file,creat,openat2,open_by_handle_at";
    return new String[] {"strace", "-f", "-qq", "-s", "300", "-e", calls, "-o", trace.toString()};
  }

  @Test
  void nothingIsOpenedForWriting() throws Exception {
    List<String> temporary = temporaryFiles();
    List<String> calls = trace(AgentProcess.with(), SystemCallsIT::work, AgentProcess.SIGTERM);
    assertTrue(
        calls.stream().anyMatch(call -> OWN_SOCKET.matcher(call).find()),
        "positive control: the socket's removal was seen");
    List<String> now = temporaryFiles();
    now.removeAll(temporary);
    // Other tests and programs leave theirs; the agent's would bear one of these names.
    assertEquals(
        List.of(),
        now.stream()
            .filter(name -> name.matches("(libjffi|jffi|jna|hs_err|secmem-\\d).*"))
            .toList());
  }

  @Test
  void norByAnyVerb() throws Exception {
    AgentOptions options = AgentProcess.with("--root", "mnemonic", "--allow-derive");
    trace(options, EveryVerb::of, AgentProcess.SIGTERM);
    // Nor does the agent try: what the sandbox would deny is not asked for without it either.
    options = AgentProcess.with("--root", "mnemonic", "--allow-derive", "--no-sandbox");
    trace(options, EveryVerb::of, AgentProcess.SIGTERM);
  }

  @Test
  void norByACrash() throws Exception {
    for (String[] arguments : new String[][] {{}, {"--no-sandbox"}}) {
      AgentOptions options = AgentProcess.with(arguments).limits("ulimit -c \"$(ulimit -Hc)\"");
      trace(options, client -> client.put("k 60000", "value"), SIGSEGV);
    }
  }

  /** Its probes try to write, on /dev/null or with addresses that are none. */
  @Test
  void norBySelftest() throws Exception {
    List<String> words = new ArrayList<>(List.of(strace()));
    words.addAll(List.of(Distribution.agent(), "selftest"));
    Programs.Result result = Programs.run(words.toArray(new String[0]));
    assertEquals(0, result.code(), result.text() + result.err());
    List<String> calls = Files.readAllLines(trace);
    assertTrue(calls.stream().anyMatch(call -> call.contains("creat(0xffff")), "control: probes");
    calls.removeIf(call -> call.contains("\"/dev/null\"") || call.contains("(0xffffffffffffffff"));
    calls.removeIf(call -> call.contains("AT_FDCWD, 0xffffffffffffffff") || call.contains("(-1, "));
    assertEquals(List.of(), writing(calls));
  }

  @Test
  void aProgramThatWritesIsSeen() throws Exception {
    List<String> words = new ArrayList<>(List.of(strace()));
    words.addAll(List.of("sh", "-c", "echo x >\"$0\"", folder.resolve("written").toString()));
    assertEquals(0, Programs.run(words.toArray(new String[0])).code());
    List<String> writing = writing(Files.readAllLines(trace));
    assertEquals(1, writing.size(), writing.toString());
  }

  /** What a client asks of an agent. */
  private interface Work {
    void with(RawClient client);
  }

  /** Runs an agent up to that signal, and answers its calls, none of which writes. */
  private List<String> trace(AgentOptions options, Work work, int signal) throws Exception {
    try (AgentProcess agent = options.wrapper(strace()).start()) {
      try (RawClient client = agent.connect()) {
        work.with(client);
      }
      // strace passes on only what reaches the agent itself.
      long pid =
          ProcessHandle.of(agent.pid()).orElseThrow().children().findFirst().orElseThrow().pid();
      Kernel.kill(pid, signal);
      if (signal == AgentProcess.SIGTERM) {
        assertEquals(0, agent.await(), agent::stderr);
      } else {
        assertNotEquals(0, agent.await(), agent::stderr);
      }
    }
    List<String> calls = Files.readAllLines(trace);
    assertTrue(calls.stream().anyMatch(call -> call.contains("O_RDONLY")), "positive control");
    assertEquals(List.of(), writing(calls));
    return calls;
  }

  private static List<String> writing(List<String> calls) {
    return calls.stream()
        .filter(call -> WRITING.matcher(call).find())
        .filter(call -> !OWN_SOCKET.matcher(call).find() && !NO_FILE.matcher(call).find())
        .toList();
  }

  private static void work(RawClient client) {
    for (int size : new int[] {1, 10_000, 1 << 20}) {
      assertEquals("ok", client.tryPut("k" + size + " 60000", new byte[size]).code());
      client.ask("GET k" + size).close();
    }
    thousandRequests(client);
    // Argon2id is in jars of its own.
    assertEquals("ok", client.codeOf("LOCK", "pass phrase"));
    assertEquals("ok", client.codeOf("UNLOCK", "pass phrase"));
    client.put("short 1", "v");
    Await.until("it is over", () -> client.code("GET short").equals("expired"));
  }

  private static void thousandRequests(RawClient client) {
    for (int i = 0; i < 250; i++) {
      client.put("r" + i + " 60000", "value " + i);
      assertEquals("value " + i, client.ask("GET r" + i).text());
      assertEquals("ok", client.code("STAT r" + i));
      assertEquals("ok", client.code("DEL r" + i));
    }
  }

  private static List<String> temporaryFiles() {
    return new ArrayList<>(List.of(new File(System.getProperty("java.io.tmpdir")).list()));
  }
}
