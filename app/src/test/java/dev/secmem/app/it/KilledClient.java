package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import java.io.IOException;
import java.nio.file.Path;

/** A client in a process of its own, that asks until it is killed. */
final class KilledClient {
  private KilledClient() {}

  static Process start(String socket) throws IOException {
    return start(KilledClient.class, socket);
  }

  /** Starts another client of that kind. */
  static Process start(Class<?> program, String socket) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xmx32m",
            "-Djffi.boot.library.path=" + System.getProperty("jffi.boot.library.path"),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            socket)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Puts, gets, leaves replies unread, and writes a byte each time. */
  public static void main(String[] arguments) {
    int value = Kernel.memfd("killed");
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
