package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client in a process of its own, that asks until it is killed. */
final class KilledClient {
  private KilledClient() {}

  static Process start(String socket) throws IOException {
    return start(KilledClient.class, socket);
  }

  /** Starts one that puts this value. */
  static Process start(String socket, byte[] value) throws IOException {
    Process client = start(KilledClient.class, socket, "stdin");
    try (OutputStream in = client.getOutputStream()) {
      in.write(value);
    }
    return client;
  }

  /** Starts another client of that kind. */
  static Process start(Class<?> program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.add("-Xmx32m");
    words.add("-Djffi.boot.library.path=" + System.getProperty("jffi.boot.library.path"));
    words.add("-cp");
    words.add(System.getProperty("java.class.path"));
    words.add(program.getName());
    words.addAll(List.of(arguments));
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Puts, gets, leaves replies unread, and writes a byte each time. */
  public static void main(String[] arguments) throws IOException {
    int value =
        arguments.length > 1 ? Kernel.memfd(System.in.readAllBytes()) : Kernel.memfd("killed");
    for (int i = 0; true; i++) {
      RawClient client = new RawClient(arguments[0]);
      client.send("PUT victim 10000\n", value);
      client.send("GET k\nGET victim\nGET k\nPUT vic", value);
      client.reply().close();
      System.out.write('.');
      System.out.flush();
      if (i % 2 == 0) {
        Descriptor.close(client.socket()); // the others are left open
      }
    }
  }
}
