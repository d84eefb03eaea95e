package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.SignalState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a terminal, which script(1) of util-linux makes. */
final class TerminalIT {
  private static final String SECRET = "correct horse";

  private static CtlAgent agent;

  @TempDir Path folder;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script(1) of util-linux");
    agent = new CtlAgent(home);
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  @Test
  void aTypedValueIsNotShownAndHasNoNewline() throws Exception {
    try (Session session = new Session(ctl("put typed") + "; echo code $?; stty -a")) {
      session.awaitText("value of typed (not shown): ");
      session.type(SECRET + "\n");
      String shown = session.awaitEnd();
      assertTrue(shown.contains("code 0"), shown);
      assertFalse(shown.contains(SECRET), shown);
      assertTrue(shown.contains(" echo "), "echo is back: " + shown);
    }
    assertEquals(SECRET, agent.run("get", "typed").text());
  }

  @Test
  void anInterruptedQuestionGivesTheTerminalBack() throws Exception {
    boolean ignored = (SignalState.ofCaller().ignored() & 1 << 1) != 0;
    assumeTrue(
        !ignored, "SIGINT was ignored when the tests were started, and stays so in children");
    try (Session session = new Session("trap : INT; " + ctl("put never") + "; stty -a; echo end")) {
      session.awaitText("value of never (not shown): ");
      session.type("\003");
      String shown = session.awaitEnd();
      assertTrue(shown.contains(" echo "), shown);
    }
    assertEquals(3, agent.run("get", "never").code());
  }

  @Test
  void nobodyIsAskedWithoutAnAgent() throws Exception {
    try (Session session =
        new Session(ctl("put x --socket /nonexistent/agent.sock") + "; echo code $?")) {
      String shown = session.awaitEnd();
      assertTrue(shown.contains("code 7"), shown);
      assertFalse(shown.contains("value of"), shown);
    }
  }

  @Test
  void aShownValueEndsItsLine() throws Exception {
    agent.run("shown".getBytes(StandardCharsets.UTF_8), "put", "shown");
    agent.run("line\n".getBytes(StandardCharsets.UTF_8), "put", "line");
    try (Session session = new Session(ctl("get shown") + "; " + ctl("get line") + "; echo end")) {
      assertTrue(session.awaitEnd().contains("shown\r\nline\r\nend\r\n"));
    }
  }

  @Test
  void aTerminalGetsWhatIsExported() throws Exception {
    agent.run("seen".getBytes(StandardCharsets.UTF_8), "put", "exported");
    try (Session session = new Session(ctl("export --json exported") + "; echo code $?")) {
      String shown = session.awaitEnd();
      assertTrue(shown.contains("\"exported\": \"seen\"\r\n}\r\ncode 0"), shown);
    }
  }

  @Test
  void aProgramThatIsBecomeHasTheTerminalAndIsEndedByIt() throws Exception {
    boolean ignored = (SignalState.ofCaller().ignored() & 1 << 1) != 0;
    assumeTrue(!ignored, "SIGINT was ignored when the tests were started");
    String script = "tty; read line; echo got $line; exec sleep 60";
    try (Session session =
        new Session("trap : INT; " + ctl("exec -- sh -c '" + script + "'") + "; echo code $?")) {
      session.awaitText("/dev/pts/");
      session.type("typed\n");
      session.awaitText("got typed");
      session.type("\003");
      assertTrue(session.awaitEnd().contains("code 130"));
    }
  }

  private static String ctl(String arguments) {
    return "'" + CtlAgent.CTL + "' " + arguments;
  }

  /** A shell command with a terminal of its own. */
  private static final class Session implements AutoCloseable {
    private final Process process;
    private final InputStream screen;
    private final OutputStream keyboard;
    private final StringBuilder shown = new StringBuilder();

    Session(String command) throws IOException {
      process =
          agent
              .builder(List.of("/usr/bin/script", "-qec", command, "/dev/null"))
              .redirectErrorStream(true)
              .start();
      screen = process.getInputStream();
      keyboard = process.getOutputStream();
    }

    void awaitText(String text) throws IOException {
      while (shown.indexOf(text) < 0) {
        int next = screen.read();
        if (next < 0) {
          throw new AssertionError("never shown: " + text + "; shown: " + shown);
        }
        shown.append((char) next);
      }
    }

    void type(String keys) throws IOException {
      keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    }

    String awaitEnd() throws IOException, InterruptedException {
      shown.append(new String(screen.readAllBytes(), StandardCharsets.UTF_8));
      assertTrue(process.waitFor(90, TimeUnit.SECONDS));
      return shown.toString();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
