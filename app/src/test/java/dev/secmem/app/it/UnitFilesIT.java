package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unit files of the distribution, as far as that can be known without a running systemd. */
class UnitFilesIT {
  private static final Path UNITS = Distribution.home().resolve("share/systemd");
  private static final Pattern CALL = Pattern.compile("^\\d+ +(?:<\\.\\.\\. )?([a-z_0-9]+)[( ]");

  @ParameterizedTest
  @ValueSource(strings = {"system", "user"})
  void systemdUnderstandsThem(String kind) throws IOException {
    Needs.program("systemd-analyze");
    Path folder = Distribution.temporaryFolder("secmem-it-units-");
    try {
      for (String name : List.of("secmem-agent.service", "secmem-agent.socket")) {
        String text = Files.readString(UNITS.resolve(kind).resolve(name));
        assertTrue(name.endsWith("socket") || text.contains("/opt/secmem/bin/secmem-agent"));
        Files.writeString(
            folder.resolve(name), text.replace("/opt/secmem", Distribution.home().toString()));
      }
      Programs.Result result = verify(kind, folder);
      assertEquals(0, result.code(), result.err());
      assertEquals("", result.err(), "no warning either");
      // The control: it does look.
      Files.writeString(folder.resolve("secmem-agent.socket"), "[Socket]\nListenStream=x y z\n");
      assertFalse(verify(kind, folder).err().isEmpty());
    } finally {
      Distribution.delete(folder);
    }
  }

  private static Programs.Result verify(String kind, Path folder) {
    return Programs.run(
        Map.of("XDG_RUNTIME_DIR", folder.toString()),
        "",
        "systemd-analyze",
        "--" + kind,
        "verify",
        "--man=no",
        folder.resolve("secmem-agent.service").toString(),
        folder.resolve("secmem-agent.socket").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"system", "user"})
  void whatAServiceNeedsIsThereAndWhatAJvmCannotHaveIsNamed(String kind) throws IOException {
    List<String> lines = Programs.lines(UNITS.resolve(kind).resolve("secmem-agent.service"));
    for (String needed :
        List.of(
            "Type=notify",
            "NotifyAccess=main",
            "WatchdogSec=60",
            "LimitCORE=0",
            "LimitMEMLOCK=infinity",
            "NoNewPrivileges=yes",
            "UMask=0077",
            "RuntimeDirectory=secmem",
            "RuntimeDirectoryPreserve=yes")) {
      assertTrue(lines.contains(needed), needed);
    }
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("#   MemoryDenyWriteExecute=  ")));
    assertTrue(lines.stream().noneMatch(line -> line.startsWith("MemoryDenyWriteExecute")));
    assertTrue(lines.stream().noneMatch(line -> line.startsWith("PrivateUsers")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"system", "user"})
  void theSystemCallFilterAllowsWhatTheAgentCalls(String kind) throws IOException {
    Needs.program("systemd-analyze");
    Needs.program("strace");
    Set<String> allowed = allowed(kind);
    assertTrue(allowed.size() > 100 && !allowed.contains("ptrace"), allowed.toString());
    Set<String> denied = callsOfAnAgent();
    assertTrue(denied.contains("memfd_secret") || denied.contains("memfd_create"), "control");
    denied.removeAll(allowed);
    assertEquals(Set.of(), denied);
  }

  private static Set<String> allowed(String kind) {
    Map<String, Set<String>> sets = new HashMap<>();
    Set<String> current = new HashSet<>();
    for (String line : Programs.run("systemd-analyze", "syscall-filter").text().split("\n")) {
      String word = line.strip();
      if (line.startsWith("@")) {
        current = sets.computeIfAbsent(word, name -> new HashSet<>());
      } else if (!word.isEmpty() && !word.startsWith("#")) {
        current.add(word);
      }
    }
    Set<String> allowed = new HashSet<>();
    for (String line : Programs.lines(UNITS.resolve(kind).resolve("secmem-agent.service"))) {
      if (line.startsWith("SystemCallFilter=")) {
        String words = line.substring(line.indexOf('=') + 1);
        boolean takes = words.startsWith("~");
        for (String word : words.substring(takes ? 1 : 0).split(" ")) {
          Set<String> calls = new HashSet<>();
          expand(word, sets, calls);
          if (takes) {
            allowed.removeAll(calls);
          } else {
            allowed.addAll(calls);
          }
        }
      }
    }
    return allowed;
  }

  private static void expand(String word, Map<String, Set<String>> sets, Set<String> calls) {
    if (!word.startsWith("@")) {
      calls.add(word);
      return;
    }
    for (String inner : sets.get(word)) {
      expand(inner, sets, calls);
    }
  }

  /** Every system call of an agent that does all that it can do, by name. */
  private static Set<String> callsOfAnAgent() throws IOException {
    Path folder = Distribution.temporaryFolder("secmem-it-units-");
    Path trace = folder.resolve("trace");
    try (AgentProcess agent =
        AgentProcess.with("--socket-check", "50ms")
            .wrapper("strace", "-f", "-qq", "-o", trace.toString())
            .start()) {
      try (RawClient client = agent.connect()) {
        for (int size : new int[] {1, 10_000, 1 << 20}) {
          assertEquals("ok", client.tryPut("k" + size + " 60000", new byte[size]).code());
          client.ask("GET k" + size).close();
        }
        for (String line :
            new String[] {"LIST", "STATUS", "METRICS", "AUDIT", "DEL k1", "STAT k1"}) {
          client.ask(line).close();
        }
      }
      Files.delete(Path.of(agent.socket()));
      Await.until("it is made again", () -> Files.exists(Path.of(agent.socket())));
      long pid =
          ProcessHandle.of(agent.pid()).orElseThrow().children().findFirst().orElseThrow().pid();
      Kernel.kill(pid, AgentProcess.SIGTERM);
      agent.await();
      Set<String> calls = new TreeSet<>();
      for (String line : Files.readAllLines(trace)) {
        Matcher matcher = CALL.matcher(line);
        if (matcher.find()) {
          calls.add(matcher.group(1));
        }
      }
      return calls;
    } finally {
      Distribution.delete(folder);
    }
  }
}
