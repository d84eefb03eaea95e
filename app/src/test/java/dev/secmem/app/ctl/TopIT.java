package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code secmemctl top} in a real terminal. */
final class TopIT {
  private static final String VALUE = "not-to-be-seen";

  /** What varies is masked: N for numbers, T for times of day. */
  private static final String SCREEN =
      """
      secmem-agent/V pid N up N root random unlocked T
      keeps N of N secrets N B of N MiB N of N connections
      protected memory:W keys:W nodump nocore noprivs heap attach sandbox
      each second get N put N other N refused N expired N

      NAME OWNER SIZE READS LEFT
      db/password N N B N N [B]
      api/token N N B N (N left) N [B]








      LAST AUDIT LINES (UTC)
      A
      A
      A
      A
      A
      q quit s sort by name up down scroll
      """;

  @TempDir Path folder;
  private CtlAgent agent;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(TmuxSession.isThere(), "needs tmux");
    agent =
        new CtlAgent(
            Files.createDirectory(
                folder.resolve("agent"),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------"))));
    put("db/password", "--ttl", "10m");
    put("api/token", "--ttl", "9h", "--reads", "5");
  }

  @AfterEach
  void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  @Test
  void theScreenAtEightyByTwentyFour() throws Exception {
    try (TmuxSession terminal = new TmuxSession(agent, folder, 80, 24)) {
      terminal.enter(top("--interval 300ms"));
      String screen = terminal.await("rates", s -> s.contains("each second"));
      assertEquals("010", terminal.cursorFlag(), "no cursor, second screen, no wrapping");
      // How many audit lines there are depends on how often the agent was asked whether it serves.
      List<String> expected = SCREEN.lines().filter(TopIT::isFixed).toList();
      assertEquals(expected, masked(screen).lines().filter(TopIT::isFixed).toList(), screen);
      assertEquals(24, screen.lines().count(), screen);
      assertFalse(screen.contains(VALUE), screen);
      assertTrue(
          screen.lines().anyMatch(line -> line.endsWith("]") && line.length() == 80), screen);
      assertTrue(screen.lines().anyMatch(line -> line.matches(".* put +ok .* api/token")), screen);
      quit(terminal);
    }
  }

  @Test
  void itFollowsTheWindowsSize() throws Exception {
    try (TmuxSession terminal = new TmuxSession(agent, folder, 120, 40)) {
      terminal.enter(top("--interval 1m"));
      String large = terminal.await("the footer", s -> s.contains("q quit"));
      assertEquals(40, large.lines().count(), large);
      terminal.resize(60, 9);
      // Without waiting for the next look at the agent.
      terminal.await("nine rows", s -> fills(s, 9));
      terminal.resize(100, 30);
      terminal.await("thirty rows", s -> fills(s, 30));
      quit(terminal);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q", "C-c", "kill -TERM", "kill -INT", "kill -HUP"})
  void theTerminalIsGivenBack(String way) throws Exception {
    try (TmuxSession terminal = new TmuxSession(agent, folder, 80, 24)) {
      terminal.enter("cd '" + folder + "'; trap : INT; stty -a > before; echo ready");
      terminal.await("ready", s -> s.contains("\nready"));
      terminal.enter(top("--interval 300ms") + "; echo ended $?; stty -a > after; echo done");
      terminal.await("the screen", s -> s.contains("q quit"));
      if (way.startsWith("kill")) {
        terminate(way.substring("kill -".length()));
      } else {
        terminal.press(way);
      }
      String screen = terminal.await("the shell", s -> s.contains("\ndone"));
      assertFalse(screen.contains("q quit"), "the first screen is back: " + screen);
      assertEquals("101", terminal.cursorFlag(), "a cursor, first screen, wrapping");
      assertEquals(
          Files.readString(folder.resolve("before")), Files.readString(folder.resolve("after")));
      assertEquals(!way.startsWith("kill"), screen.contains("ended 0"), screen);
    }
  }

  @Test
  void anAgentThatIsGoneIsToldAndLookedForAgain() throws Exception {
    try (TmuxSession terminal = new TmuxSession(agent, folder, 80, 24)) {
      terminal.enter(top("--interval 200ms"));
      terminal.await("the list", s -> s.contains("api/token"));
      agent.close();
      String gone = terminal.await("that it is gone", s -> s.contains("trying again"));
      assertTrue(gone.contains("q quit"), gone);
      agent = new CtlAgent(folder.resolve("agent"));
      put("second/life", "--ttl", "1h");
      String again = terminal.await("the new list", s -> s.contains("second/life"));
      assertFalse(again.contains("trying again"), again);
      quit(terminal);
    }
  }

  @Test
  void aDumbTerminalGetsLinesAndNoColorNone() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script(1)");
    String dumb = bytesOf("TERM=dumb", 2);
    assertFalse(dumb.contains("\033"), dumb);
    assertTrue(dumb.contains("protected"), dumb);
    String plain = bytesOf("NO_COLOR=1 TERM=xterm", 1);
    assertTrue(plain.contains("\033[?1049h"), plain);
    assertTrue(plain.endsWith("\033[0m\033[?7h\033[?25h\033[?1049l"), plain);
    assertFalse(plain.replace("\033[0m\033[?7h", "").matches("(?s).*\033\\[[0-9]+m.*"), plain);
    String coloured = bytesOf("TERM=xterm", 1);
    assertTrue(coloured.contains("\033[32m"), coloured);
  }

  @Test
  void elsewhereItRefusesAndSaysWhatWorksThere() throws Exception {
    Result result = agent.run("top");
    assertEquals(2, result.code());
    assertTrue(result.err().contains("secmemctl status"), result.err());
    assertEquals("", result.text());
    assertEquals(2, agent.run("top", "--interval", "1ms").code());
  }

  @Test
  void withoutAnAgentItEndsWithSeven() throws Exception {
    try (TmuxSession terminal = new TmuxSession(agent, folder, 80, 24)) {
      terminal.enter(top("--socket /nonexistent/agent.sock") + "; echo code $?");
      terminal.await("code 7", s -> s.contains("code 7"));
    }
  }

  private static boolean isFixed(String line) {
    return !line.isBlank() && !line.equals("A");
  }

  private static boolean fills(String screen, int rows) {
    return screen.lines().count() == rows
        && screen.startsWith("secmem-agent/")
        && lastLine(screen).startsWith("q quit");
  }

  private static String lastLine(String screen) {
    return screen.substring(screen.stripTrailing().lastIndexOf('\n') + 1);
  }

  /** All bytes of a run that is ended by q after so many screens. */
  private String bytesOf(String environment, int screens) throws Exception {
    String command = "stty rows 24 cols 80; " + environment + " " + top("--interval 100ms");
    Process process =
        agent
            .builder(List.of("/usr/bin/script", "-qec", command, "/dev/null"))
            .redirectErrorStream(true)
            .start();
    StringBuilder shown = new StringBuilder();
    int seen = 0;
    while (seen < screens) {
      int next = process.getInputStream().read();
      if (next < 0) {
        throw new AssertionError("ended early: " + shown);
      }
      shown.append((char) next);
      seen += shown.toString().endsWith("q quit") ? 1 : 0;
    }
    process.getOutputStream().write('q');
    process.getOutputStream().flush();
    shown.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, process.waitFor(), shown::toString);
    return shown.toString();
  }

  private void terminate(String signal) throws Exception {
    ProcessHandle top =
        ProcessHandle.allProcesses()
            .filter(p -> p.info().arguments().map(a -> isTop(List.of(a))).orElse(false))
            .findFirst()
            .orElseThrow();
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + top.pid()).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }

  private boolean isTop(List<String> words) {
    return words.contains("top") && words.contains(agent.socket());
  }

  private String top(String options) {
    String socket = options.contains("--socket") ? "" : " --socket '" + agent.socket() + "'";
    return "'" + CtlAgent.CTL + "' top " + options + socket;
  }

  private void quit(TmuxSession terminal) throws Exception {
    terminal.press("q");
    terminal.await("the shell", s -> !s.contains("q quit"));
  }

  private void put(String... arguments) throws Exception {
    String[] words = new String[arguments.length + 1];
    words[0] = "put";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    assertEquals(0, agent.run(VALUE.getBytes(StandardCharsets.UTF_8), words).code());
  }

  private static String masked(String screen) {
    return screen
        .replaceAll("(?m)^[0-9]{2}:[0-9]{2}:[0-9]{2}  .*$", "A")
        .replaceAll("[0-9]{2}:[0-9]{2}:[0-9]{2}", "T")
        .replaceAll("agent/[0-9.]+", "agent/V")
        .replaceAll("\\[[#.]+\\]", "[B]")
        .replaceAll("(memory|keys):[a-z_]+", "$1:W")
        .replaceAll("[0-9]+[dhms]+( [0-9]+[hms])?", "N")
        .replaceAll("[0-9]+(\\.[0-9])?", "N")
        .replaceAll(" +", " ")
        .replaceAll("(?m) $", "");
  }
}
