package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults lose nothing: the kernel fails one system call of the thread that serves a request. The
 * request fails with its code, everybody else is served meanwhile, nothing leaks, and afterwards
 * all is there.
 */
class FaultsIT {
  private static final String MARKER = "k3pt~value~";

  /** Larger than a slab: it needs memory of its own in either store. */
  private static final String VALUE = "new~value~".repeat(200_000);

  private static AgentProcess memfd;
  private static AgentProcess heapless;
  private static KeptSecrets keptByMemfd;
  private static KeptSecrets keptByHeapless;

  @BeforeAll
  static void start() {
    FaultInjection.assumeAvailable();
    memfd = AgentProcess.with("--root", "mnemonic", "--max-secret-size", "4m").start();
    try (RawClient client = memfd.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      keptByMemfd = prepare(client);
      client.askWith("ENCRYPT", "warm").close();
    }
    heapless = AgentProcess.with("--store", "heapless", "--max-secret-size", "4m").start();
    try (RawClient client = heapless.connect()) {
      keptByHeapless = prepare(client);
    }
  }

  /** Whatever is loaded at first use is loaded before a call fails. */
  private static KeptSecrets prepare(RawClient client) {
    KeptSecrets kept = KeptSecrets.put(client, MARKER, 20, 100_000);
    kept.expectAll(client);
    for (int i = 0; i < 3; i++) {
      client.put("old 600000", VALUE);
    }
    client.put("old 600000", "old value");
    client.ask("LIST").close();
    client.ask("TOUCH old 600000").close();
    client.code("GET never");
    return kept;
  }

  @AfterAll
  static void stop() {
    for (AgentProcess agent : new AgentProcess[] {memfd, heapless}) {
      if (agent != null) {
        agent.close();
      }
    }
  }

  /**
   * Of mmap(2) one call fails only: the JVM, which maps memory for itself, ends when that fails.
   * Code {@code end}: the connection ends without a reply, since none could be sent or received.
   */
  @ParameterizedTest
  @CsvSource({
    "memfd_create, error=ENOMEM, GET old, quota",
    "memfd_create, error=EMFILE, GET old, quota",
    "memfd_create, error=ENFILE, LIST, quota",
    "memfd_create, error=ENOMEM, STATUS, quota",
    "memfd_create, error=ENOMEM, PUT old -, quota",
    "memfd_create, error=EMFILE, PUT old -, quota",
    "memfd_create, error=ENOMEM, ENCRYPT, quota",
    "memfd_create, error=EACCES, GET old, internal",
    "mmap, error=ENOMEM:when=1, PUT old -, quota",
    "ftruncate, error=ENOSPC, PUT old -, quota",
    "fallocate, error=ENOMEM, PUT old -, quota",
    "fallocate, error=EINTR:when=1, PUT new -, ok",
    "fcntl, error=EPERM, GET old, internal",
    "fcntl, error=EPERM, PUT old -, bad-request",
    "fcntl, error=EPERM:when=3, PUT old -, internal",
    "pwrite64, error=ENOSPC, GET old, quota",
    "pwrite64, error=ENOMEM, LIST, quota",
    "pwrite64, error=EIO, GET old, internal",
    "pwrite64, error=EINTR:when=1, GET old, ok",
    "pread64, error=EIO, PUT old -, bad-request",
    "pread64, error=EINTR:when=1, PUT new -, ok",
    "pread64, retval=0, PUT old -, bad-request",
    "statx, error=EIO, PUT old -, bad-request",
    "sendmsg, error=ENOMEM:when=1, GET old, quota",
    "sendmsg, error=ENOBUFS:when=1, LIST, quota",
    "sendmsg, error=ETOOMANYREFS:when=1, GET old, quota",
    "sendmsg, error=ENOMEM, GET old, end",
    "sendmsg, error=EPIPE, GET old, end",
    "sendmsg, error=EAGAIN, PUT new -, end",
    "sendmsg, error=EINTR:when=1, GET old, ok",
    "recvmsg, error=ENOMEM, GET old, end",
    "recvmsg, error=EINTR:when=1, GET old, ok",
  })
  void aCallThatFails(String call, String fault, String line, String code) {
    expect(memfd, keptByMemfd, call, fault, line, code);
  }

  /** The other store takes memory of its own for large values. */
  @ParameterizedTest
  @CsvSource({
    "mmap, error=ENOMEM:when=1, PUT old -, quota",
    "memfd_create, error=ENOMEM, GET old, quota",
  })
  void aCallThatFailsWithTheOtherStore(String call, String fault, String line, String code) {
    expect(heapless, keptByHeapless, call, fault, line, code);
  }

  /** Memory is locked when the agent starts, and never later: it says what it did not get. */
  @Test
  void memoryThatCannotBeLockedIsReportedAndTheAgentServes() {
    String locking = "mlock,mlock2,mlockall";
    AgentOptions options =
        AgentProcess.with()
            .wrapper(
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + locking,
                "-e",
                "inject=" + locking + ":error=ENOMEM");
    try (AgentProcess agent = options.start()) {
      try (RawClient client = agent.connect()) {
        KeptSecrets.put(client, MARKER, 10, 100_000).expectAll(client);
        assertEquals("none", Json.value(client.ask("STATUS").text(), "memory_locked"));
        assertTrue(agent.stderr().contains("is not locked"), agent.stderr());
      } finally {
        // strace passes on only what reaches the agent itself.
        ProcessHandle.of(agent.pid()).orElseThrow().children().forEach(ProcessHandle::destroy);
      }
      assertEquals(0, agent.await(), agent::stderr);
    }
  }

  private static void expect(
      AgentProcess agent, KeptSecrets kept, String call, String fault, String line, String code) {
    try (RawClient other = agent.connect()) {
      other.put("old 600000", "old value");
      ProcessFootprint before = new ProcessFootprint(agent.pid());
      Set<Long> others = serving(agent, 1);
      try (RawClient victim = agent.connect()) {
        Set<Long> all = serving(agent, 2);
        all.removeAll(others);
        long thread = all.iterator().next();
        long faults = failing(agent, thread, victim, other, call, fault, line, code);
        assertTrue(faults > 0, "positive control: nothing failed");
      }
      kept.expectAll(other);
      boolean replaced = line.startsWith("PUT old") && code.equals("ok");
      assertEquals(replaced ? VALUE : "old value", other.ask("GET old").text());
      if (line.startsWith("PUT")) {
        other.put("new -", VALUE);
        assertEquals(VALUE, other.ask("GET new").text());
        assertEquals("ok", other.code("DEL new"));
      }
      before.expectNoMore();
      assertFalse(agent.stderr().contains("~value~"), "a value on standard error");
    }
  }

  private static long failing(
      AgentProcess agent,
      long thread,
      RawClient victim,
      RawClient other,
      String call,
      String fault,
      String line,
      String code) {
    try (FaultInjection faults = new FaultInjection(agent.pid(), thread, call, fault)) {
      boolean body = line.startsWith("PUT") || line.equals("ENCRYPT");
      int fd = body ? Kernel.memfd(VALUE) : -1;
      boolean sent = send(victim, line, body ? new int[] {fd} : new int[0]);
      try (Reply reply = sent ? victim.replyOrEnd() : null) {
        String answer = reply == null ? "end" : reply.code();
        assertEquals(code, answer, reply == null ? "" : reply.line());
        assertTrue(answer.equals("ok") || reply == null || reply.descriptor() < 0);
      }
      assertEquals("old value", other.ask("GET old").text(), "others are served meanwhile");
      assertEquals("ok", other.codeOf("PUT another 600000", VALUE));
      if (!code.equals("end") && !call.equals("sendmsg")) {
        assertEquals("ok", victim.code("STAT old"), "its connection goes on");
      }
      if (body) {
        dev.secmem.linux.Descriptor.close(fd);
      }
      return faults.end();
    }
  }

  /** False if the connection ended already, since its thread failed to wait for the line. */
  private static boolean send(RawClient victim, String line, int... descriptors) {
    try {
      victim.send((line + "\n").getBytes(StandardCharsets.US_ASCII), descriptors);
      return true;
    } catch (LinuxException e) {
      return false;
    }
  }

  /** The threads that serve, once there are as many as connections. */
  private static Set<Long> serving(AgentProcess agent, int count) {
    Set<Long> threads = new HashSet<>();
    Await.until(
        count + " connections are served",
        () -> {
          threads.clear();
          threads.addAll(FaultInjection.serving(agent.pid()));
          return threads.size() == count;
        });
    return threads;
  }
}
