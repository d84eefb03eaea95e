package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests that carry a secret and fail, each kind many times. The agent's limits must be those of
 * {@link #ARGUMENTS}, with a low {@code --max-secrets}, and no other uid admitted.
 */
final class ScanFailures {
  static final int LIMIT_BYTES = MarkedSecrets.LARGEST_BYTES;
  static final String[] ARGUMENTS = {
    "--max-secret-size", "64k", "--cipher", "revealing", "--socket-mode", "0666"
  };
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
        fail(client, "unlocked", "UNLOCK", secrets.value(i, 512), "conflict");
        fail(client, "unknown verb", "PUSH n", value(i), "unknown-verb");
      }
      quota(client);
      tooLarge(client);
      shortened(client);
      twoBodies();
      denied();
      return answers;
    }
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
    int body = Kernel.memfd(secrets.value(NUMBER, LIMIT_BYTES + 16));
    for (int i = 0; i < rounds; i++) {
      count("too large", client.code("PUT large 3600000", body));
    }
    Descriptor.close(body);
  }

  /** Bodies that become shorter while they are read, or directly before. */
  private void shortened(RawClient client) {
    for (int i = 0; i < rounds; i++) {
      int body = Kernel.memfd(secrets.value(NUMBER + i, LIMIT_BYTES));
      try (RandomAccessFile file = new RandomAccessFile("/proc/self/fd/" + body, "rw")) {
        client.send("PUT short 3600000\n", body);
        // Some rounds later than others: between the agent's look at the size and the read's end.
        for (int j = 0; j < i % 50; j++) {
          Thread.onSpinWait();
        }
        file.setLength(LIMIT_BYTES / 2);
        try (Reply reply = client.reply()) {
          count("shortened", reply.code());
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      } finally {
        Descriptor.close(body);
      }
    }
  }

  private void twoBodies() {
    int body = Kernel.memfd(value(0));
    for (int i = 0; i < rounds; i++) {
      try (RawClient client = agent.connect()) {
        count("two bodies", client.code("PUT two 3600000", body, body));
      }
    }
    Descriptor.close(body);
  }

  /** From a uid that is not admitted: it hears so, or finds the connection closed. */
  private void denied() {
    int body = Kernel.memfd(value(0));
    for (int i = 0; i < rounds; i++) {
      try (RawClient client = agent.connectAs(7001)) {
        client.send(
            "PUT denied 3600000\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), body);
        count("denied", client.reply().code());
      } catch (LinuxException e) {
        count("denied", "closed");
      }
    }
    Descriptor.close(body);
  }
}
