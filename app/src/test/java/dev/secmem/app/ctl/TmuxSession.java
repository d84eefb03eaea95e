package dev.secmem.app.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A shell in a real terminal of a given size, which tmux makes; a server of its own for each. */
final class TmuxSession implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final CtlAgent agent;
  private final Path folder;

  TmuxSession(CtlAgent agent, Path folder, int columns, int rows)
      throws IOException, InterruptedException {
    this.agent = agent;
    this.folder = folder;
    List<String> words = new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d"));
    words.addAll(List.of("-x", columns + "", "-y", rows + "", "env PS1='$ ' sh"));
    tmux(words.toArray(new String[0]));
    await("a shell", screen -> screen.startsWith("$"));
  }

  static boolean isThere() {
    return Files.isExecutable(Path.of("/usr/bin/tmux"));
  }

  /** Types a line and Enter. */
  void enter(String line) throws IOException, InterruptedException {
    tmux("send-keys", "-l", line);
    tmux("send-keys", "Enter");
  }

  /** Presses one key, by tmux's name for it. */
  void press(String key) throws IOException, InterruptedException {
    tmux("send-keys", key);
  }

  void resize(int columns, int rows) throws IOException, InterruptedException {
    tmux("resize-window", "-x", columns + "", "-y", rows + "");
  }

  /** What is on the screen, without blanks at the ends of lines. */
  String screen() throws IOException, InterruptedException {
    return tmux("capture-pane", "-p");
  }

  /** Whether programs may show a cursor: 1 or 0. */
  String cursorFlag() throws IOException, InterruptedException {
    return tmux("display-message", "-p", "#{cursor_flag}#{alternate_on}#{wrap_flag}").strip();
  }

  /** Waits for a screen. */
  String await(String what, Predicate<String> right) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      String screen = screen();
      if (right.test(screen)) {
        return screen;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("never shown: " + what + "; the screen:\n" + screen);
      }
      Thread.sleep(100);
    }
  }

  private String tmux(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("/usr/bin/tmux", "-S", folder.resolve("t") + ""));
    all.addAll(List.of(words));
    Process process = agent.builder(all).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new AssertionError("tmux " + List.of(words) + ": " + out);
    }
    return out;
  }

  @Override
  public void close() {
    try {
      tmux("kill-server");
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
