package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@link FaultsIT} shows of secrets, of keys: the kernel fails one system call of the thread
 * that serves, the request fails with its code, and succeeds as soon as the fault is over.
 */
class KeyFaultsIT {
  private static final String VALUE = "s3aled~value~".repeat(40_000);

  private static AgentProcess agent;
  private static KeptSecrets kept;
  private static Map<String, String> bodies;

  @BeforeAll
  static void start() {
    FaultInjection.assumeAvailable();
    agent = AgentProcess.with("--root", "mnemonic").start();
    try (RawClient client = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      kept = KeptSecrets.put(client, "k3pt~value~", 20, 100_000);
      String envelope = client.askWith("ENCRYPT", VALUE).text();
      bodies =
          Map.of(
              "ENCRYPT", VALUE,
              "DECRYPT", envelope,
              "ROTATE", envelope,
              "SIGN", VALUE,
              "UNLOCK", Mnemonics.LEGAL);
      // Whatever is loaded at first use is loaded before a call fails.
      everythingWorks(client);
      assertEquals("ok", client.code("LOCK"));
      Mnemonics.unlock(client, Mnemonics.LEGAL);
    }
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static void everythingWorks(RawClient client) {
    kept.expectAll(client);
    assertEquals(VALUE, client.askWith("DECRYPT", bodies.get("DECRYPT")).text());
    String again = client.askWith("ROTATE 2", bodies.get("ROTATE")).text();
    assertEquals(VALUE, client.askWith("DECRYPT", again).text());
    assertEquals("ok", client.codeOf("ENCRYPT", VALUE));
    assertEquals(64, client.askWith("SIGN m/0' ed25519", VALUE).body().length);
    assertEquals(20, client.ask("PASSWORD example.org 20").text().length());
    assertTrue(client.ask("PUBKEY m/0' ed25519").isOk());
  }

  @ParameterizedTest
  @CsvSource({
    "memfd_create, error=EMFILE, SIGN m/0' ed25519, quota",
    "memfd_create, error=ENOMEM, DECRYPT, quota",
    "memfd_create, error=ENFILE, ROTATE 2, quota",
    "memfd_create, error=ENFILE, PASSWORD example.org 20, quota",
    "mmap, error=ENOMEM:when=1, ENCRYPT, quota",
    "mmap, error=ENOMEM:when=1, DECRYPT, quota",
    "mmap, error=ENOMEM:when=1, ROTATE 2, quota",
    "mmap, error=ENOMEM:when=2, ROTATE 2, quota",
    "mmap, error=EAGAIN:when=1, ENCRYPT, quota",
    "pread64, error=EIO, ENCRYPT, bad-request",
    "pread64, error=EIO, DECRYPT, bad-request",
    "pread64, error=EIO, SIGN m/0' ed25519, bad-request",
    "pread64, retval=0, ROTATE 2, bad-request",
    "pread64, error=EINTR:when=1, DECRYPT, ok",
    "pwrite64, error=ENOSPC, ENCRYPT, quota",
    "pwrite64, error=ENOMEM, DECRYPT, quota",
    "pwrite64, error=EIO, SIGN m/0' ed25519, internal",
    "pwrite64, error=ENOSPC, ROTATE 2, quota",
    "fcntl, error=EPERM:when=3, DECRYPT, internal",
    "sendmsg, error=ENOMEM:when=1, DECRYPT, quota",
    "sendmsg, error=EPIPE, SIGN m/0' ed25519, end",
    "getrandom, error=EIO, ENCRYPT, internal",
  })
  void aCallThatFails(String call, String fault, String line, String code) {
    try (RawClient other = agent.connect()) {
      everythingWorks(other);
      ProcessFootprint before = new ProcessFootprint(agent.pid());
      expect(other, call, fault, line, code);
      everythingWorks(other);
      before.expectNoMore();
    }
  }

  /** It stays locked, no guess is counted, and the key opens it at once afterwards. */
  @ParameterizedTest
  @CsvSource({
    "pread64, error=EIO, bad-request",
    "pread64, error=EINTR:when=1, ok",
    "getrandom, error=EIO, internal",
    "fcntl, error=EPERM, bad-request",
    "statx, error=EIO, bad-request",
  })
  void anUnlockThatFails(String call, String fault, String code) {
    try (RawClient other = agent.connect()) {
      everythingWorks(other);
      ProcessFootprint before = new ProcessFootprint(agent.pid());
      // More often than the key arena has room for, were any of it kept.
      assertEquals("ok", other.code("LOCK"));
      expect(other, call, fault, "UNLOCK", code);
      boolean open = code.equals("ok");
      assertEquals(open ? 0 : 1, other.ask("HELLO").number("locked"));
      if (!open) {
        assertEquals("locked", other.codeOf("PUT new -", "value"));
        Mnemonics.unlock(other, Mnemonics.LEGAL);
      }
      everythingWorks(other);
      before.expectNoMore();
    }
  }

  private static void expect(RawClient other, String call, String fault, String line, String code) {
    Set<Long> others = FaultInjection.serving(agent, 1);
    try (RawClient victim = agent.connect()) {
      long thread = FaultInjection.servingNow(agent, others);
      String body = bodies.get(line.split(" ")[0]);
      try (FaultInjection faults = new FaultInjection(agent.pid(), thread, call, fault)) {
        int fd = body == null ? -1 : Kernel.memfd(body);
        victim.send(line + "\n", body == null ? new int[0] : new int[] {fd});
        try (Reply reply = victim.replyOrEnd()) {
          assertEquals(
              code, reply == null ? "end" : reply.code(), reply == null ? "" : reply.line());
        }
        assertTrue(other.ask("HELLO").isOk(), "others are served meanwhile");
        if (fd >= 0) {
          dev.secmem.linux.Descriptor.close(fd);
        }
        assertTrue(faults.end() > 0, "positive control: nothing failed");
      }
      boolean repeats = !code.equals("end") && !line.equals("UNLOCK");
      if (repeats) {
        String now = body == null ? victim.code(line) : victim.codeOf(line, body);
        assertEquals("ok", now, "the same request on the same connection");
      }
    }
    assertFalse(agent.stderr().contains("~value~"), "a value on standard error");
  }
}
