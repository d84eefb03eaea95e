package dev.secmem.app.it;

import java.io.IOException;

/** A client in a process of its own, that locks, unlocks and uses keys until it is killed. */
final class KilledKeyUser {
  private KilledKeyUser() {}

  static Process start(String socket) throws IOException {
    return KilledClient.start(KilledKeyUser.class, socket);
  }

  /** Leaves replies unread, and writes a byte each time. */
  public static void main(String[] arguments) {
    int message = Kernel.memfd("message");
    int mnemonic = Kernel.memfd(Mnemonics.LEGAL);
    while (true) {
      RawClient client = new RawClient(arguments[0]);
      client.send("LOCK\n");
      client.send("UNLOCK\n", mnemonic);
      client.send("SIGN m/0' ed25519\n", message);
      client.send("ENCRYPT\n", message);
      client.send("PASSWORD example.com 20\nPUBKEY m/0' secp256k1\nLOCK\n");
      client.reply().close();
      client.send("UNLOCK\n", mnemonic);
      System.out.write('.');
      System.out.flush();
    }
  }
}
