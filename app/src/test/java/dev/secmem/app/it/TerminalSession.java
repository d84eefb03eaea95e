package dev.secmem.app.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A shell command on a terminal of its own, which script(1) of util-linux makes. */
final class TerminalSession implements AutoCloseable {
  private final Process process;
  private final InputStream screen;
  private final OutputStream keyboard;
  private final StringBuilder shown = new StringBuilder();

  TerminalSession(String socket, String command) {
    ProcessBuilder builder = new ProcessBuilder("script", "-qec", command, "/dev/null");
    Programs.environment(builder, Map.of("SECMEM_SOCK", socket));
    try {
      process = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    screen = process.getInputStream();
    keyboard = process.getOutputStream();
  }

  long pid() {
    return process.pid();
  }

  /** Waits until a text is shown. What comes after it is read later. */
  void awaitText(String text) {
    try {
      while (shown.indexOf(text) < 0) {
        int next = screen.read();
        if (next < 0) {
          throw new AssertionError("never shown: " + text + "; shown: " + shown);
        }
        shown.append((char) next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types keys as they are: Enter is a newline, Ctrl-D is {@code \004}. */
  void type(String keys) {
    try {
      keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the command's end and answers all that was shown. */
  String awaitEnd() {
    try {
      shown.append(new String(screen.readAllBytes(), StandardCharsets.UTF_8));
      if (!process.waitFor(AgentProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("did not end; shown: " + shown);
      }
      return shown.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
