package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.NativeMemory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@link FaultsIT} and {@link KeyFaultsIT} show of the agent where root may trace it, shown of
 * its engine and transport everywhere: the kernel fails a system call, the request fails with its
 * code, others go on, nothing leaks, and the same request on the same connection succeeds then.
 */
class SeccompFaultsIT {
  private static final int ENOENT = 2;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final int ENOMEM = 12;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int ENOSPC = 28;
  private static final int EPIPE = 32;

  private static final Map<String, Integer> ERRORS =
      Map.of(
          "EIO", EIO, "EAGAIN", EAGAIN, "ENOMEM", ENOMEM, "ENFILE", ENFILE, "EMFILE", EMFILE,
          "ENOSPC", ENOSPC, "EPIPE", EPIPE, "ENOENT", ENOENT);

  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int MAP_SHARED = 1;

  /** Takes a slab, or pages, of its own in either store. */
  private static final String VALUE = "new~value~".repeat(60_000);

  /** The pages of its record: the epoch, nonce and tag come to it. */
  private static final int PAGES = roundUp(VALUE.length() + 32);

  private static final int GUARDS = 2 * NativeMemory.PAGE_BYTES;

  private static final Map<String, FaultyServer> SERVERS = new HashMap<>();
  private static final Map<String, KeptSecrets> KEPT = new HashMap<>();
  private static String envelope;

  private static int roundUp(int bytes) {
    return (bytes + NativeMemory.PAGE_BYTES - 1)
        / NativeMemory.PAGE_BYTES
        * NativeMemory.PAGE_BYTES;
  }

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "needs x86-64's call numbers");
    for (String store : new String[] {"memfd", "heapless"}) {
      FaultyServer server = new FaultyServer(store);
      SERVERS.put(store, server);
      try (RawClient client = new RawClient(server.socket())) {
        // A filter that meets nothing: all is loaded before a call fails.
        FailingCall none = new FailingCall(-1, ENOENT, -1, false, 0);
        server.fail(none);
        Mnemonics.unlock(client, Mnemonics.LEGAL);
        KEPT.put(store, KeptSecrets.put(client, "k3pt~value~", 20, 100_000));
        envelope = client.askWith("ENCRYPT", "sealed").text();
        client.put("old 600000", "old value");
        for (int i = 0; i < 3; i++) {
          server.fail(none);
          client.put("new 600000", VALUE);
          for (String line : new String[] {"GET new", "LIST", "STATUS", "DEL new", "GET new"}) {
            server.fail(none);
            client.ask(line).close();
          }
          for (String line : new String[] {"ENCRYPT", "SIGN m/0' ed25519"}) {
            server.fail(none);
            client.codeOf(line, "x");
          }
          for (String line : new String[] {"DECRYPT", "ROTATE 2"}) {
            server.fail(none);
            assertEquals("ok", client.codeOf(line, envelope));
          }
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    SERVERS.values().forEach(FaultyServer::close);
  }

  @ParameterizedTest
  @CsvSource({
    "memfd, memfd_create, ENOMEM, GET old, quota",
    "memfd, memfd_create, EMFILE, STATUS, quota",
    "memfd, memfd_create, ENFILE, PUT new 600000, quota",
    "memfd, memfd_create, EMFILE, DECRYPT, quota",
    "memfd, mmap-shared, ENOMEM, PUT new 600000, quota",
    "memfd, mmap-shared, EAGAIN, PUT new 600000, quota",
    "heapless, mmap-record, ENOMEM, PUT new 600000, quota",
    "heapless, memfd_create, EMFILE, GET old, quota",
    "memfd, ftruncate, ENOSPC, PUT new 600000, quota",
    "memfd, fallocate, ENOMEM, PUT new 600000, quota",
    "memfd, fallocate, EIO, PUT new 600000, internal",
    "memfd, madvise-shared, ENOMEM, PUT new 600000, quota",
    "memfd, add-seals, EIO, PUT new 600000, internal",
    "memfd, add-seals, EIO, GET old, internal",
    "memfd, get-seals, EIO, PUT new 600000, bad-request",
    "memfd, pwrite, ENOSPC, GET old, quota",
    "memfd, pwrite, ENOMEM, LIST, quota",
    "memfd, pwrite, EIO, SIGN m/0' ed25519, internal",
    "memfd, pwrite, ENOSPC, ROTATE 2, quota",
    "memfd, pread, EIO, PUT new 600000, bad-request",
    "heapless, pread, EIO, PUT new 600000, bad-request",
    "memfd, pread, EIO, DECRYPT, bad-request",
    "memfd, statx, EIO, PUT new 600000, bad-request",
    "memfd, getrandom, EIO, ENCRYPT, internal",
    "memfd, sendmsg, EPIPE, GET old, end",
    "memfd, sendmsg, ENOMEM, GET old, end",
    "heapless, sendmsg, EAGAIN, PUT new 600000, end",
  })
  void aCallThatFails(String store, String call, String error, String line, String code) {
    FaultyServer server = SERVERS.get(store);
    try (RawClient other = new RawClient(server.socket())) {
      other.code("DEL new");
      String counts = other.counts();
      OpenDescriptors before = new OpenDescriptors(ProcessHandle.current().pid());
      try (RawClient victim = new RawClient(server.socket())) {
        assertEquals("ok", victim.code("HELLO"));
        server.fail(call(call, ERRORS.get(error)));
        assertEquals(code, ask(victim, line));
        assertEquals("old value", other.ask("GET old").text(), "others are served");
        if (!code.equals("end")) {
          assertEquals("ok", ask(victim, line), "the same request on the same connection");
        }
      }
      KEPT.get(store).expectAll(other);
      other.code("DEL new");
      Await.until("all is counted as before", () -> other.counts().equals(counts));
      before.expectNoMore();
    }
  }

  private static String ask(RawClient client, String line) {
    String verb = line.split(" ")[0];
    String body =
        switch (verb) {
          case "PUT", "ENCRYPT", "SIGN" -> VALUE;
          case "DECRYPT", "ROTATE" -> envelope;
          default -> null;
        };
    int fd = body == null ? -1 : Kernel.memfd(body);
    client.send(line + "\n", body == null ? new int[0] : new int[] {fd});
    try (Reply reply = client.replyOrEnd()) {
      return reply == null ? "end" : reply.code();
    } finally {
      if (fd >= 0) {
        Descriptor.close(fd);
      }
    }
  }

  private static FailingCall call(String name, int errno) {
    return switch (name) {
      case "memfd_create" -> any(319, errno);
      case "ftruncate" -> any(77, errno);
      case "fallocate" -> any(285, errno);
      case "pwrite" -> any(18, errno);
      case "statx" -> any(332, errno);
      case "getrandom" -> any(318, errno);
      case "sendmsg" -> any(46, errno);
      // The JVM's own mappings, which it cannot do without, are private and of other sizes.
      case "mmap-shared" -> new FailingCall(9, errno, 3, true, MAP_SHARED);
      case "mmap-record" -> new FailingCall(9, errno, 1, false, PAGES + GUARDS);
      case "madvise-shared" -> new FailingCall(28, errno, 1, false, PAGES);
      case "add-seals" -> new FailingCall(72, errno, 1, false, F_ADD_SEALS);
      case "get-seals" -> new FailingCall(72, errno, 1, false, F_GET_SEALS);
      case "pread" -> any(17, errno);
      default -> throw new AssertionError(name);
    };
  }

  private static FailingCall any(int number, int errno) {
    return new FailingCall(number, errno, -1, false, 0);
  }
}
