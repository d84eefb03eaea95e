package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What root finds of secrets in the agent's memory when it is idle, cipher openssl. Every readable
 * mapping is read through /proc/PID/mem; the control is a secret's name, which the agent keeps.
 */
class MemoryScanIT {
  private static final int SECRETS = 400;

  /** No secret has this in it by chance: each 16-byte piece of each value is this and a number. */
  private static final String MARK = "\u0001mark\u0002\u0003\u0004";

  @Test
  void noPlaintextIsLeftInAnIdleAgent() throws Exception {
    Needs.root();
    String name = "control-" + new Random().nextLong(1L << 40, 1L << 60);
    try (AgentProcess agent = AgentProcess.with("--cipher", "openssl").start()) {
      try (RawClient client = agent.connect()) {
        for (int i = 0; i < SECRETS; i++) {
          // 16 bytes to 64 KiB, so that every size of scratch is used.
          client.put("s" + i + " 600000", value(i, 1 + (i * i * 7) % 4096));
          try (Reply reply = client.ask("GET s" + i)) {
            assertTrue(reply.isOk(), reply.line());
          }
        }
        client.put(name + " 600000", "nothing");
        for (int i = 0; i < SECRETS; i++) {
          // Failed requests of each kind carry plaintext, too.
          client.tryPut("s" + i + " 600000 if=absent", value(i, 4)).close();
        }
      }
      assertEquals(0, count(agent.pid(), MARK), "pieces of plaintext in the agent's memory");
      assertTrue(count(agent.pid(), name) > 0, "control: the name of a secret is found");
    }
  }

  private static String value(int number, int pieces) {
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      value.append(MARK).append(String.format("%04d%04d", number, i));
    }
    return value.toString();
  }

  private static int count(long pid, String text) throws IOException {
    return new MemoryScan().text(text, text).of(pid).getOrDefault(text, 0);
  }
}
