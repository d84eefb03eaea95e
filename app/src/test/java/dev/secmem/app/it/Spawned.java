package dev.secmem.app.it;

import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program with a descriptor of the test's as its number 3, as a service manager starts it: the
 * standard library hands on 0, 1 and 2 only.
 */
final class Spawned implements AutoCloseable {
  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction INIT = LIBC.function("posix_spawn_file_actions_init", 1);
  private static final NativeFunction OPEN = LIBC.function("posix_spawn_file_actions_addopen", 5);
  private static final NativeFunction DUP2 = LIBC.function("posix_spawn_file_actions_adddup2", 3);
  private static final NativeFunction CLOSE = LIBC.function("posix_spawn_file_actions_addclose", 2);
  private static final NativeFunction SPAWN = LIBC.function("posix_spawnp", 6);
  private static final NativeFunction WAITPID = LIBC.function("waitpid", 3);
  private static final int WNOHANG = 1;
  private static final int WRITE_CREATE = 0x41;
  private static final int NOTHING = -1;

  private final Path folder = Distribution.temporaryFolder("secmem-it-spawn-");
  private final int pid;
  private boolean ended;
  private int exitCode;

  /**
   * Starts a program, with LISTEN_PID set to its own pid unless the variables say otherwise.
   *
   * @param third what becomes descriptor 3, or -1 for nothing; stays the caller's
   */
  Spawned(int third, Map<String, String> variables, String... words) {
    ByteBuffer actions = ByteBuffer.allocateDirect(256);
    long at = NativeLibrary.addressOf(actions);
    ByteBuffer out = string(folder.resolve("stdout").toString());
    ByteBuffer err = string(folder.resolve("stderr").toString());
    INIT.call(at);
    OPEN.call(at, 1, NativeLibrary.addressOf(out), WRITE_CREATE, 0600);
    OPEN.call(at, 2, NativeLibrary.addressOf(err), WRITE_CREATE, 0600);
    if (third == NOTHING) {
      CLOSE.call(at, 3);
    } else {
      DUP2.call(at, third, 3);
    }
    ByteBuffer number = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    ByteBuffer shell = string("sh");
    Strings arguments = new Strings(inShell(variables.containsKey("LISTEN_PID"), words));
    Strings settings = new Strings(environment(variables));
    int error =
        (int)
            SPAWN.call(
                NativeLibrary.addressOf(number),
                NativeLibrary.addressOf(shell),
                at,
                0,
                arguments.address(),
                settings.address());
    if (error != 0) {
      throw new AssertionError("posix_spawn: " + error);
    }
    pid = number.getInt(0);
  }

  private static List<String> environment(Map<String, String> variables) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.putAll(variables);
    return environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** Nobody knows the pid before it is there but the shell that becomes the program. */
  private static List<String> inShell(boolean pidIsSet, String... words) {
    // The JVM's own descriptors are not close-on-exec: they would stand for what a manager gives.
    String script =
        "for n in /proc/self/fd/*; do n=${n##*/};"
            + " [ $n -le 3 ] || [ $n -gt 9 ] || eval \"exec $n<&-\"; done; "
            + (pidIsSet ? "" : "LISTEN_PID=$$ ")
            + "exec \"$@\"";
    List<String> all = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    all.addAll(List.of(words));
    return all;
  }

  /** A list of strings as C takes it; the strings live as long as this. */
  private static final class Strings {
    private final List<ByteBuffer> strings;
    private final ByteBuffer list;

    Strings(List<String> texts) {
      strings = texts.stream().map(Spawned::string).toList();
      list = ByteBuffer.allocateDirect(8 * (texts.size() + 1)).order(ByteOrder.nativeOrder());
      strings.forEach(text -> list.putLong(NativeLibrary.addressOf(text)));
      list.putLong(0).flip();
    }

    long address() {
      return NativeLibrary.addressOf(list);
    }
  }

  private static ByteBuffer string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).put((byte) 0).flip();
  }

  int pid() {
    return pid;
  }

  synchronized boolean isAlive() {
    if (!ended) {
      ByteBuffer status = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
      if ((int) WAITPID.call(pid, NativeLibrary.addressOf(status), WNOHANG) == pid) {
        int signal = status.getInt(0) & 0x7f;
        exitCode = signal == 0 ? status.getInt(0) >> 8 & 0xff : 128 + signal;
        ended = true;
      }
    }
    return !ended;
  }

  /** Waits for its end and answers the exit code. */
  int await() {
    Await.until("it ends: " + stderr(), () -> !isAlive());
    return exitCode;
  }

  int stop() {
    Kernel.kill(pid, AgentProcess.SIGTERM);
    return await();
  }

  String stdout() {
    return read("stdout");
  }

  String stderr() {
    return read("stderr");
  }

  private String read(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (isAlive()) {
      Kernel.kill(pid, AgentProcess.SIGKILL);
      await();
    }
    Distribution.delete(folder);
  }
}
