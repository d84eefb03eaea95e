package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A client program that holds a connection in every state that a request has, and stays there, to
 * be stopped or killed.
 */
final class StuckClients {
  /** What {@link #main} writes once all of them are in their states. */
  static final int READY = '!';

  private static final List<RawClient> HELD = new ArrayList<>();

  private StuckClients() {}

  static Process start(String socket) throws IOException {
    return KilledClient.start(StuckClients.class, socket);
  }

  /** Connects, and never reads. */
  public static void main(String[] arguments) throws Exception {
    String socket = arguments[0];
    int value = Kernel.memfd("stuck");
    int large = Kernel.memfd("stuck".repeat(200_000));
    int mnemonic = Kernel.memfd(Mnemonics.LEGAL);
    hold(socket); // connected and silent
    hold(socket).ask("HELLO").close(); // between two requests
    hold(socket).send("GE"); // in a line
    hold(socket).send("PUT stuck 60000"); // in a line whose body did not come
    hold(socket).send("PUT stuck 60000\n"); // the body has yet to come
    hold(socket).ask("PUT stuck 60000", value).close(); // after its answer
    hold(socket).send("PUT stuck 60000", value); // in a line that has its body
    hold(socket).send("PUT stuck 60000\n", large); // while it is stored
    hold(socket).send("GET kept\n"); // its delivery unread
    hold(socket).send("GET kept\nGET kept\nGET kept\nST"); // several, and in a line
    flood(hold(socket), "GET kept\n"); // the agent waits for a reader
    flood(hold(socket), "STATUS\n");
    hold(socket).send("UNLOCK\n", mnemonic); // a key is derived
    hold(socket).send("SIGN m/0' ed25519\n", large);
    hold(socket).send("ENCRYPT\n", large);
    int[] many = new int[253];
    Arrays.fill(many, value);
    hold(socket).send("GET kept", many); // a surplus of descriptors, in a line
    RawClient halfClosed = hold(socket);
    halfClosed.send("GET kept\nPUT stuck", value);
    Kernel.shutdownWrite(halfClosed.socket());
    Descriptor.close(value);
    System.out.write(READY);
    System.out.flush();
    Thread.sleep(Long.MAX_VALUE);
  }

  private static RawClient hold(String socket) {
    RawClient client = new RawClient(socket);
    HELD.add(client);
    return client;
  }

  private static void flood(RawClient client, String line) throws Exception {
    client.send(line.repeat(100).getBytes(StandardCharsets.US_ASCII));
  }
}
