package dev.secmem.app.selftest;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Sandbox;
import dev.secmem.linux.SandboxProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Enters the sandbox in a process of its own, started as this one was, and tries every call that it
 * denies: by a thread from before, and by a new one.
 */
final class SandboxChild {
  private static final String WHAT = "seccomp sandbox";
  private static final String PROGRAM = "selftest";
  private static final String COUNT = "tried ";
  private static final long TIMEOUT_SECONDS = 60;

  private SandboxChild() {}

  static Check check() {
    try {
      long deniedAnyway = SandboxProbe.tryAll().stream().filter(r -> r.isDenied()).count();
      Process child =
          new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String report = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        child.destroyForcibly();
        return Check.fail(WHAT, "the process in it did not end");
      }
      return judge(report.lines().toList(), deniedAnyway);
    } catch (LinuxException e) {
      return Check.warn(WHAT, "there is none for this machine: " + e.getMessage());
    } catch (IOException e) {
      return Check.fail(WHAT, "cannot be tried: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.skip(WHAT, "interrupted");
    }
  }

  /** What the report of the child means. */
  static Check judge(List<String> report, long deniedAnyway) {
    if (report.isEmpty() || !report.get(0).startsWith(COUNT)) {
      return Check.fail(WHAT, "cannot be entered: " + String.join("; ", report));
    }
    if (report.size() > 1) {
      return Check.fail(WHAT, "not denied: " + String.join(", ", report.subList(1, report.size())));
    }
    String count = report.get(0).substring(COUNT.length());
    return Check.pass(
        WHAT,
        "all of " + count + " calls were denied on each thread, " + deniedAnyway + " without it");
  }

  /** This process's own command line up to its first argument, and other arguments. */
  private static List<String> command() throws IOException {
    String line = Files.readString(Path.of("/proc/self/cmdline"));
    List<String> words = new ArrayList<>(List.of(line.split("\0")));
    int program = words.lastIndexOf(PROGRAM);
    if (program < 0) {
      throw new IOException("the command line is not selftest's");
    }
    List<String> command = new ArrayList<>(words.subList(0, program + 1));
    command.add(SelfTest.IN_SANDBOX);
    return command;
  }

  /** In the child: a line that tells how many calls were tried, then each that was not denied. */
  static String report() {
    CompletableFuture<Void> entered = new CompletableFuture<>();
    CompletableFuture<List<SandboxProbe.Result>> old = new CompletableFuture<>();
    start("before", entered, old);
    try {
      Sandbox.enter();
      entered.complete(null);
      CompletableFuture<List<SandboxProbe.Result>> young = new CompletableFuture<>();
      start("after", entered, young);
      List<SandboxProbe.Result> results = new ArrayList<>(SandboxProbe.tryAll());
      StringBuilder text = new StringBuilder(COUNT + results.size() + "\n");
      results.addAll(old.join());
      results.addAll(young.join());
      for (SandboxProbe.Result result : results) {
        if (!result.isDenied()) {
          text.append(result.call()).append(" (").append(result.errno()).append(")\n");
        }
      }
      return text.toString();
    } catch (LinuxException e) {
      return e.getMessage() + "\n";
    }
  }

  private static void start(
      String name,
      CompletableFuture<Void> entered,
      CompletableFuture<List<SandboxProbe.Result>> results) {
    Thread thread =
        new Thread(
            () -> {
              try {
                entered.join();
                results.complete(SandboxProbe.tryAll());
              } catch (LinuxException | RuntimeException e) {
                results.completeExceptionally(e);
              }
            },
            "selftest-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
