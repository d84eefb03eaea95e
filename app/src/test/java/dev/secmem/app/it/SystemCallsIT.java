package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the agent does to the file system from its start to its end, as strace sees it. */
class SystemCallsIT {
  private static final Pattern WRITING =
      Pattern.compile(
          "O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE|hsperfdata|openat2\\("
              + "|\\b(creat|mkdir|mkdirat|mknod|mknodat|rename|renameat|renameat2|link|linkat"
              + "|symlink|symlinkat|unlink|unlinkat|rmdir|truncate|chmod|fchmodat|chown|fchownat)\\(");

  /** The socket is removed through its open folder. */
  private static final Pattern OWN_SOCKET =
      Pattern.compile("unlink\\(\"/proc/self/fd/\\d+/agent\\.sock\"(\\) += 0| <unfinished)");

  @Test
  void nothingIsWrittenOutsideTheSocketsFolder() throws Exception {
    Needs.program("strace");
    Needs.root(); // nobody else sees the paths that an undumpable process names
    Path folder = Distribution.temporaryFolder("secmem-it-strace-");
    Path trace = folder.resolve("trace");
    AgentOptions options =
        AgentProcess.with()
            .wrapper(
                "strace",
                "-f",
                "-qq",
                "-s",
                "300",
                "-e",
                "trace=%file,creat",
                "-o",
                trace.toString());
    String socketFolder;
    List<String> temporary = temporaryFiles();
    try (AgentProcess agent = options.start()) {
      socketFolder = agent.folder().toString();
      try (RawClient client = agent.connect()) {
        for (int size : new int[] {1, 10_000, 1 << 20}) {
          assertEquals("ok", client.tryPut("k" + size + " 60000", new byte[size]).code());
          client.ask("GET k" + size).close();
        }
        for (String line :
            new String[] {"LIST", "STATUS", "METRICS", "AUDIT", "DEL k1", "STAT k1"}) {
          client.ask(line).close();
        }
        thousandRequests(client);
        client.put("short 1", "v");
        Await.until("it is over", () -> client.code("GET short").equals("expired"));
      }
      // strace passes on only what reaches the agent itself.
      long pid =
          ProcessHandle.of(agent.pid()).orElseThrow().children().findFirst().orElseThrow().pid();
      Kernel.kill(pid, AgentProcess.SIGTERM);
      assertEquals(0, agent.await(), agent::stderr);
    }
    List<String> calls = Files.readAllLines(trace);
    assertTrue(calls.stream().anyMatch(call -> call.contains("O_RDONLY")), "positive control");
    List<String> writing =
        calls.stream()
            .filter(call -> WRITING.matcher(call).find())
            .filter(call -> !call.contains("\"" + socketFolder))
            .filter(call -> !OWN_SOCKET.matcher(call).find())
            .toList();
    assertEquals(List.of(), writing);
    assertTrue(
        calls.stream().anyMatch(call -> OWN_SOCKET.matcher(call).find()),
        "positive control: the socket's removal was seen");
    Distribution.delete(folder);
    List<String> now = temporaryFiles();
    now.removeAll(temporary);
    // Other tests and programs leave theirs; the agent's would bear one of these names.
    assertEquals(
        List.of(),
        now.stream()
            .filter(name -> name.matches("(libjffi|jffi|jna|hs_err|secmem-\\d).*"))
            .toList());
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
