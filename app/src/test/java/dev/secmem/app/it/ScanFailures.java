package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests that carry a secret and fail, each kind many times. The agent's limits must be those of
 * {@link #ARGUMENTS}, with a low {@code --max-secrets}, and no other uid admitted.
 */
final class ScanFailures {
  static final int LIMIT_BYTES = MarkedSecrets.LARGEST_BYTES;
  static final String[] ARGUMENTS = {
    "--max-secret-size",
    "64k",
    "--cipher",
    "revealing",
    "--socket-mode",
    "0666",
    "--max-connections",
    Integer.toString(ScanFailures.MOST_CONNECTIONS)
  };
  private static final int MOST_CONNECTIONS = 40;
  private static final int KINDS = 23;
  private static final int NUMBER = 1_000_000;

  private final AgentProcess agent;
  private final MarkedSecrets secrets;
  private final int rounds;

  /** How often each answer came, by the kind of request. */
  private final Map<String, Integer> answers = new TreeMap<>();

  ScanFailures(AgentProcess agent, MarkedSecrets secrets, int rounds) {
    this.agent = agent;
    this.secrets = secrets;
    this.rounds = rounds;
  }

  /** Runs them all. */
  Map<String, Integer> run() {
    try (RawClient client = agent.connect()) {
      ScanLoad.expect("ok", client.askWith("PUT taken 3600000", value(0)));
      for (int i = 0; i < rounds; i++) {
        fail(client, "wrong option", "PUT n 3600000 if=never", value(i), "bad-request");
        fail(client, "wrong name", "PUT n,n 3600000", value(i), "bad-request");
        fail(client, "wrong time", "PUT n 0", value(i), "bad-request");
        fail(client, "taken", "PUT taken 3600000 if=absent", value(i), "exists");
        fail(client, "version", "PUT taken 3600000 if=version:1", value(i), "conflict");
        fail(client, "no keys", "DECRYPT", value(i), "conflict");
        fail(client, "no keys to seal with", "ENCRYPT", value(i), "conflict");
        fail(client, "no keys to sign with", "SIGN m/0' ed25519", value(i), "conflict");
        fail(client, "unlocked", "UNLOCK", secrets.value(i, 512), "conflict");
        fail(client, "unknown verb", "PUSH n", value(i), "unknown-verb");
        usedUp(client, i);
        expired(client, i);
      }
      quota(client);
      tooLarge(client);
      unreadable(client);
      shortened(client);
      undeliverable(client);
      twoBodies();
      surplus("GET taken");
      surplus("PUT half 36");
      unreadDeliveries(client);
      denied();
      busy();
      client.awaitAlone();
    }
    if (answers.size() != KINDS) {
      throw new AssertionError("not " + KINDS + " kinds: " + answers.keySet());
    }
    answers.forEach(
        (kind, times) -> {
          if (times != rounds) {
            throw new AssertionError(kind + " was answered " + times + " times, not " + rounds);
          }
        });
    return answers;
  }

  /** The last delivery of a secret is followed by a failure. */
  private void usedUp(RawClient client, int round) {
    ScanLoad.expect("ok", client.askWith("PUT used 3600000 once", value(round)));
    ScanLoad.expect("ok", client.ask("GET used"));
    ScanLoad.expect("not-found", client.ask("GET used"));
    count("used up", "not-found");
  }

  private void expired(RawClient client, int round) {
    ScanLoad.expect("ok", client.askWith("PUT over 1", value(round)));
    Await.sleep(2);
    ScanLoad.expect("expired", client.ask("GET over"));
    count("expired", "expired");
  }

  private byte[] value(int round) {
    return secrets.value(NUMBER + round, MarkedSecrets.sizeBytes(round) / 8 + 32);
  }

  private void fail(RawClient client, String kind, String line, byte[] body, String code) {
    ScanLoad.expect(code, client.askWith(line, body));
    count(kind, code);
  }

  private void count(String kind, String code) {
    answers.merge(kind + ": " + code, 1, Integer::sum);
  }

  /** Fills the agent up to --max-secrets, and makes room again. */
  private void quota(RawClient client) {
    int stored = 0;
    while (put(client, "q" + stored, stored).equals("ok")) {
      stored++;
    }
    for (int i = 0; i < rounds; i++) {
      fail(client, "quota", "PUT more 3600000", value(i), "quota");
    }
    for (int i = 0; i < stored; i++) {
      ScanLoad.expect("ok", client.ask("DEL q" + i));
    }
  }

  private String put(RawClient client, String name, int round) {
    try (Reply reply = client.askWith("PUT " + name + " 3600000", value(round))) {
      return reply.code();
    }
  }

  private void tooLarge(RawClient client) {
    byte[] value = secrets.value(NUMBER, LIMIT_BYTES + 16);
    for (int i = 0; i < rounds; i++) {
      fail(client, "too large", "PUT large 3600000", value, "too-large");
    }
  }

  /** Files in RAM that the agent cannot read. */
  private void unreadable(RawClient client) {
    int body = Kernel.memfd(value(0));
    int writable = Kernel.open("/proc/self/fd/" + body, Kernel.O_WRONLY);
    for (int i = 0; i < rounds; i++) {
      ScanLoad.expect("bad-request", client.ask("PUT unreadable 3600000", writable));
      count("unreadable", "bad-request");
    }
    Descriptor.close(writable);
    Descriptor.close(body);
  }

  /** A body that another thread makes shorter and longer all the time, so that many reads fail. */
  private void shortened(RawClient client) {
    int body = Kernel.memfd(secrets.value(NUMBER, LIMIT_BYTES));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> change(body, over));
    int failed = 0;
    for (int i = 0; failed < rounds && i < 100 * rounds; i++) {
      try (Reply reply = client.ask("PUT short 3600000", body)) {
        if (!reply.isOk() && !reply.code().equals("bad-request")) {
          throw new AssertionError(reply.line());
        }
        if (!reply.isOk()) {
          failed++;
          count("shortened", reply.code());
        }
      }
    }
    over.set(true);
    changes.join();
    Descriptor.close(body);
  }

  /** What was opened already when the kernel refuses to take it into the delivery. */
  private void undeliverable(RawClient client) {
    ScanLoad.expect(
        "ok", client.askWith("PUT undeliverable 3600000", secrets.value(NUMBER + 1, 8192)));
    try (LoweredLimit limit = new LoweredLimit(agent.pid(), "fsize", 4096)) {
      for (int i = 0; i < rounds; i++) {
        ScanLoad.expect("quota", client.ask("GET undeliverable"));
        count("undeliverable", "quota");
      }
      limit.expectInForce();
    }
    ScanLoad.expect("ok", client.ask("GET undeliverable"));
    ScanLoad.expect("ok", client.ask("DEL undeliverable"));
  }

  private static void change(int body, AtomicBoolean over) {
    try {
      for (int i = 0; !over.get(); i++) {
        Memfd.resize(body, i % 2 == 0 ? LIMIT_BYTES / 2 : LIMIT_BYTES);
      }
    } catch (LinuxException e) {
      throw new AssertionError(e);
    }
  }

  private void twoBodies() {
    int body = Kernel.memfd(value(0));
    for (int i = 0; i < rounds; i++) {
      try (RawClient client = agent.connect()) {
        ScanLoad.expect("bad-request", client.ask("PUT two 3600000", body, body));
        client.expectEnd();
        count("two bodies", "bad-request");
      }
    }
    Descriptor.close(body);
  }

  /** A body with a line that takes none, or whose line never ends. */
  private void surplus(String line) {
    int body = Kernel.memfd(value(0));
    boolean whole = line.startsWith("GET");
    for (int i = 0; i < rounds; i++) {
      try (RawClient client = agent.connect()) {
        client.send(line + (whole ? "\n" : ""), body);
        Kernel.shutdownWrite(client.socket());
        if (whole) {
          ScanLoad.expect("bad-request", client.reply());
        }
        client.expectEnd();
        count("with a body: " + line, "end");
      }
    }
    Descriptor.close(body);
  }

  /** Clients that ask for more than their socket holds, and go without reading. */
  private void unreadDeliveries(RawClient other) {
    for (int i = 0; i < rounds; i++) {
      try (RawClient client = agent.connect()) {
        client.send("GET taken\n".repeat(1 + i % 40));
      }
      count("unread deliveries", "gone");
      if (i % (MOST_CONNECTIONS / 2) == 0) {
        other.awaitAlone();
      }
    }
    other.awaitAlone();
  }

  /** From one connection more than the agent takes. */
  private void busy() {
    List<RawClient> others = new ArrayList<>();
    int body = Kernel.memfd(value(0));
    try {
      while (others.size() < MOST_CONNECTIONS - 1) {
        RawClient other = agent.connect();
        others.add(other);
        ScanLoad.expect("ok", other.ask("HELLO"));
      }
      for (int i = 0; i < rounds; i++) {
        try (RawClient client = agent.connect()) {
          sendOrNot(client, "PUT busy 3600000\n", body);
          ScanLoad.expect("busy", client.reply());
          count("busy", "busy");
        }
      }
    } finally {
      others.forEach(RawClient::close);
      Descriptor.close(body);
    }
  }

  /** From a uid that is not admitted: it hears so, even if it cannot send any more. */
  private void denied() {
    int body = Kernel.memfd(value(0));
    for (int i = 0; i < rounds; i++) {
      try (RawClient client = agent.connectAs(7001)) {
        sendOrNot(client, "PUT denied 3600000\n", body);
        ScanLoad.expect("denied", client.reply());
        count("denied", "denied");
      }
    }
    Descriptor.close(body);
  }

  /** The agent may have ended the connection already; its answer is there. */
  private static void sendOrNot(RawClient client, String line, int body) {
    try {
      client.send(line.getBytes(StandardCharsets.US_ASCII), body);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
        throw new AssertionError(e);
      }
    }
  }
}
