package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.LinuxException;
import java.nio.charset.StandardCharsets;
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
  private static ProcessFootprint atFirst;
  private static KeptSecrets keptByHeapless;

  @BeforeAll
  static void start() {
    FaultInjection.assumeAvailable();
    memfd =
        AgentProcess.with("--root", "mnemonic", "--max-secret-size", "4m", "--allow-interpreter")
            .start();
    try (RawClient client = memfd.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      keptByMemfd = prepare(client);
      client.askWith("ENCRYPT", "warm").close();
    }
    atFirst = new ProcessFootprint(memfd.pid());
    heapless =
        AgentProcess.with("--store", "heapless", "--max-secret-size", "4m", "--allow-interpreter")
            .start();
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
    client.put("bound 86400000 bind=exe", "bound value");
    client.ask("GET bound").close();
    client.ask("LIST").close();
    client.ask("TOUCH old 600000").close();
    client.code("GET never");
    return kept;
  }

  @AfterAll
  static void stop() {
    if (atFirst != null && memfd.isAlive()) {
      atFirst.expectNoMoreMemfds(); // what each fault may leave unseen would add up
    }
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
    "mmap, error=ENOMEM:when=1, LIST, quota",
    "memfd_create, error=ENOMEM, PUT old -, quota",
    "memfd_create, error=EMFILE, PUT old -, quota",
    "memfd_create, error=ENOMEM, ENCRYPT, quota",
    "memfd_create, error=EACCES, GET old, internal",
    "mmap, error=ENOMEM:when=1, PUT old -, quota",
    "mmap, error=EAGAIN:when=1, PUT old -, quota",
    "madvise, error=ENOMEM, PUT old -, quota",
    "madvise, error=EAGAIN:when=2, PUT old -, quota",
    "ftruncate, error=ENOSPC, PUT old -, quota",
    "fallocate, error=ENOMEM, PUT old -, quota",
    "fallocate, error=EIO, PUT old -, internal",
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
    "recvmsg, error=ECONNRESET, GET old, end",
    "getsockopt, error=EMFILE, GET bound, denied",
    "openat, error=ENFILE, GET bound, denied",
    "readlink, error=ENOMEM, GET bound, denied",
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

  /** Whoever comes meanwhile waits, is told, or is cut off; the first one afterwards is served. */
  @ParameterizedTest
  @CsvSource({
    "accept4, error=ENFILE, ok",
    "accept4, error=ENOMEM, ok",
    "accept4, error=ECONNABORTED, ok",
    "accept4, error=EINTR:when=1..3, ok",
    "setsockopt, error=ENOMEM, end",
    "getsockopt, error=ENOBUFS, end",
  })
  void aClientWhoCannotBeAccepted(String call, String fault, String code) {
    try (RawClient other = memfd.connect()) {
      other.put("old 600000", "old value");
      ProcessFootprint before = new ProcessFootprint(memfd.pid());
      try (RawClient early = new RawClient(memfd.socket())) {
        early.ask("HELLO").close(); // takes who waits already
        try (FaultInjection faults = FaultInjection.everywhere(memfd, call, fault);
            RawClient late = new RawClient(memfd.socket())) {
          send(late, "HELLO");
          Await.sleep(500); // the thread that is to fail has to get its turn
          assertEquals("old value", other.ask("GET old").text(), "who is connected is served");
          assertEquals("old value", early.ask("GET old").text());
          assertTrue(faults.end() > 0, "positive control: nothing failed");
          try (Reply reply = late.replyOrEnd()) {
            assertEquals(code, reply == null ? "end" : reply.code());
          }
        }
        try (RawClient first = memfd.connect()) {
          assertEquals("old value", first.ask("GET old").text());
        }
      }
      keptByMemfd.expectAll(other);
      before.expectNoMore();
    }
  }

  /** Neither late nor for good: the thread that wipes what is over goes on, and says so. */
  @ParameterizedTest
  @CsvSource({
    "read, error=EIO, true",
    "read, error=EINTR:when=1..3, false",
    "timerfd_settime, error=ENOMEM, true",
    "timerfd_settime, error=EINVAL, true",
  })
  void aReaperWhoseCallsFail(String call, String fault, boolean told) {
    long reaper = FaultInjection.named(memfd.pid(), "secmem-reaper");
    int before = memfd.stderr().length(); // what earlier faults said is not what this one says
    try (RawClient client = memfd.connect()) {
      client.put("brief 60000", "value");
      try (FaultInjection faults = new FaultInjection(memfd.pid(), reaper, call, fault)) {
        expectEnds(client, "brief", () -> assertEquals("ok", client.code("TOUCH brief 100")));
        client.put("brief2 100", "value");
        expectEnds(client, "brief2", () -> {});
        assertTrue(faults.end() > 0, "positive control: nothing failed");
      }
      client.put("brief3 100", "value");
      expectEnds(client, "brief3", () -> {});
      String since = memfd.stderr().substring(before);
      assertEquals(told, since.contains("secmem-reaper failed"), since);
      keptByMemfd.expectAll(client);
      client.code("DEL brief");
    }
  }

  /** Whoever stores a secret tells the reaper when it ends. */
  @ParameterizedTest
  @CsvSource({"error=ENOMEM:when=1, true", "error=ENOMEM, false"})
  void aTimerThatCannotBeSet(String fault, boolean soon) {
    try (RawClient other = memfd.connect()) {
      Set<Long> others = FaultInjection.serving(memfd, 1);
      try (RawClient victim = memfd.connect()) {
        long thread = FaultInjection.servingNow(memfd, others);
        try (FaultInjection faults =
            new FaultInjection(memfd.pid(), thread, "timerfd_settime", fault)) {
          victim.put("brief 150", "value");
          assertTrue(faults.end() > 0, "positive control: nothing failed");
        }
        Await.until("it is over", () -> victim.code("GET brief").equals("expired"));
      }
      if (!soon) {
        other.put("next 100", "value"); // its timer makes up for the other's
      }
      expectEnds(other, "brief", () -> {});
    }
  }

  private static void expectEnds(RawClient client, String name, Runnable before) {
    before.run();
    Await.until(name + " is over", () -> client.code("STAT " + name).equals("expired"));
    Await.until(name + " is wiped", () -> client.ask("AUDIT 30").text().contains(expiry(name)));
  }

  private static String expiry(String name) {
    return "\"event\":\"expire\",\"result\":\"ok\",\"name\":\"" + name + "\"";
  }

  /** Standard error that cannot be written for a while, as on a full disk. */
  @ParameterizedTest
  @CsvSource({"error=ENOSPC", "error=EIO", "error=EAGAIN", "error=EINTR"})
  void standardErrorThatCannotBeWritten(String fault) {
    long writer = FaultInjection.named(memfd.pid(), "secmem-stderr");
    String name = "seen" + System.nanoTime();
    try (RawClient client = memfd.connect()) {
      try (FaultInjection faults = new FaultInjection(memfd.pid(), writer, "write", fault)) {
        assertEquals("not-found", client.code("GET " + name));
        Await.sleep(300);
        assertEquals("old value", client.ask("GET old").text());
        assertFalse(memfd.stderr().contains(name));
        assertTrue(faults.end() > 0, "positive control: nothing failed");
      }
      Await.until("it is written", () -> memfd.stderr().contains(name));
    }
  }

  /** Files of at most 100 000 bytes: the kernel writes a part of a body, and then no more. */
  @Test
  void filesThatMayNotGrow() {
    for (AgentProcess agent : new AgentProcess[] {memfd, heapless}) {
      try (RawClient client = agent.connect()) {
        client.put("large 600000", VALUE);
        client.put("old 600000", "old value");
        ProcessFootprint before = new ProcessFootprint(agent.pid());
        try (LoweredLimit limit = new LoweredLimit(agent.pid(), "fsize", 100_000)) {
          assertEquals("quota", client.code("GET large"));
          assertEquals("old value", client.ask("GET old").text());
          if (agent == memfd) {
            assertEquals("quota", client.codeOf("PUT new -", VALUE));
          }
          limit.expectInForce();
        }
        assertEquals(VALUE, client.ask("GET large").text());
        client.put("new -", VALUE);
        assertEquals(VALUE, client.ask("GET new").text());
        assertEquals("ok", client.code("DEL new"));
        assertEquals("ok", client.code("DEL large"));
        before.expectNoMore();
      }
    }
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
      Set<Long> others = FaultInjection.serving(agent, 1);
      try (RawClient victim = agent.connect()) {
        // Once without: what the JVM maps for a thread and classes that are new must not be what
        // fails.
        victim.put("new -", VALUE);
        assertEquals("ok", victim.code("DEL new"));
        long thread = FaultInjection.servingNow(agent, others);
        long faults = failing(agent, thread, victim, other, call, fault, line, code);
        assertTrue(faults > 0, "positive control: nothing failed");
        if (!code.equals("end") && !line.startsWith("PUT") && !line.equals("ENCRYPT")) {
          assertEquals("ok", victim.code(line), "the same request on the same connection");
        }
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
}
