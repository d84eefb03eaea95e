package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.app.TestPlugins;
import dev.secmem.linux.OwnIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The engine as a server sees it: connections come, ask, and go. */
final class EngineTest {
  private final List<String> lines = java.util.Collections.synchronizedList(new ArrayList<>());

  private Engine open(EngineOptions options, CipherProvider cipher, Admission admission)
      throws Exception {
    SecretStoreProvider store = TestPlugins.named(SecretStoreProvider.class, "memfd");
    return Engine.open(
        options,
        KeyOptions.DEFAULTS,
        Parts.IDENTITY,
        Parts.PROTECTIONS,
        EngineMemory.open(options.maxSecretSize()),
        Parts.plugins(store, cipher),
        admission,
        (bytes, length) -> lines.add(new String(bytes, 0, length, StandardCharsets.US_ASCII)));
  }

  private static Answer call(RequestHandler.Session session, FakePeer peer, String line)
      throws RequestException {
    Answer answer = new Answer();
    session.handle(new FakeRequest(peer, line, FakeRequest.body(new byte[] {1, 2})), answer);
    return answer;
  }

  @Test
  void everyInstalledCipherServes() throws Exception {
    int served = 0;
    for (CipherProvider cipher : ServiceLoader.load(CipherProvider.class)) {
      assertTrue(cipher.availability().isAvailable(), cipher.availability().reason());
      try (Engine engine =
          open(EngineOptions.DEFAULTS, cipher, new Admission(Set.of(7L), Set.of(), null))) {
        engine.start();
        FakePeer peer = new FakePeer(7);
        try (RequestHandler.Session session = engine.connected(peer)) {
          call(session, peer, "PUT k 60000").assertOk("version=1");
          assertEquals(2, call(session, peer, "GET k").body().length);
          call(session, peer, "TOUCH k 90000").assertOk();
          assertEquals(2, call(session, peer, "GET k").body().length, cipher.name());
        }
      }
      served++;
    }
    assertEquals(3, served);
  }

  @Test
  void itsLookAtItselfIsAHelloThatLeavesNoTrace() throws Exception {
    EngineOptions one = EngineOptions.DEFAULTS.withMaxConnections(1);
    try (Engine engine = open(one, Parts.cipher(), new Admission(Set.of(), Set.of(), null))) {
      engine.start();
      FakePeer own = new FakePeer(OwnIdentity.uid());
      FakePeer self = new FakePeer(OwnIdentity.uid(), 0, (int) ProcessHandle.current().pid());
      FakePeer other = new FakePeer(8, 8, (int) ProcessHandle.current().pid());
      assertTrue(engine.idleNanos() >= 0);
      try (RequestHandler.Session session = engine.connected(own);
          RequestHandler.Session look = engine.connected(self)) {
        assertEquals(new EngineCounts(0, 1), engine.counts());
        assertEquals(-1, engine.idleNanos());
        call(look, self, "HELLO").assertOk("protocol=1 server=secmem-agent/0.1.0");
        for (String line : List.of("PUT k 60000", "GET k", "STATUS", "HELLO x")) {
          RequestException refused =
              assertThrows(RequestException.class, () -> call(look, self, line));
          assertEquals(ErrorCode.BAD_REQUEST, refused.code());
        }
        assertThrows(RequestException.class, () -> engine.connected(other));
        String metrics = call(session, own, "METRICS").bodyText();
        assertTrue(metrics.contains("\nsecmem_connections_accepted_total 1\n"), metrics);
        assertTrue(engine.status().contains("\"connections\":1}"), engine.status());
        assertFalse(engine.status().contains("\n"));
      }
      assertFalse(engine.retireIfIdle(Long.MAX_VALUE));
      assertTrue(engine.retireIfIdle(0));
      assertThrows(RequestException.class, () -> engine.connected(own));
      engine.connected(self).close();
    }
    long asked = lines.stream().filter(line -> line.contains("\"event\":\"hello\"")).count();
    assertEquals(0, asked, lines.toString());
    long admitted = lines.stream().filter(line -> line.contains("\"event\":\"admit\"")).count();
    assertEquals(3, admitted, lines.toString());
  }

  @Test
  void whoIsNotAdmittedIsDeniedAndAudited() throws Exception {
    try (Engine engine =
        open(
            EngineOptions.DEFAULTS,
            Parts.cipher(),
            new Admission(Set.of(7L), Set.of(), (Authenticator) null))) {
      engine.start();
      RequestException denied =
          assertThrows(RequestException.class, () -> engine.connected(new FakePeer(8)));
      assertEquals(ErrorCode.DENIED, denied.code());
      FakePeer own = new FakePeer(OwnIdentity.uid());
      try (RequestHandler.Session session = engine.connected(own)) {
        String metrics = call(session, own, "METRICS").bodyText();
        assertTrue(metrics.contains("\nsecmem_connections_refused_total 1\n"), metrics);
        assertTrue(metrics.contains("\nsecmem_connections_accepted_total 1\n"), metrics);
        assertTrue(metrics.contains("\nsecmem_connections 1\n"), metrics);
      }
    }
    List<String> events = new ArrayList<>();
    for (String line : lines) {
      events.add(line.replaceAll(".*\"event\":\"(\\w+)\",\"result\":\"([a-z-]+)\".*\n", "$1 $2"));
    }
    assertEquals(List.of("start ok", "admit denied", "admit ok", "metrics ok", "stop ok"), events);
  }

  @Test
  void connectionsAreCountedUntilTheyEnd() throws Exception {
    try (Engine engine =
        open(
            EngineOptions.DEFAULTS.withMaxConnections(3),
            Parts.cipher(),
            new Admission(Set.of(7L), Set.of(), null))) {
      engine.start();
      for (int round = 0; round < 5; round++) {
        List<RequestHandler.Session> sessions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          sessions.add(engine.connected(new FakePeer(7)));
        }
        RequestException busy =
            assertThrows(RequestException.class, () -> engine.connected(new FakePeer(7)));
        assertEquals(ErrorCode.BUSY, busy.code());
        sessions.forEach(RequestHandler.Session::close);
      }
    }
  }

  @Test
  void linesThatTheTransportRejectedAreCounted() throws Exception {
    try (Engine engine =
        open(EngineOptions.DEFAULTS, Parts.cipher(), new Admission(Set.of(), Set.of(), null))) {
      engine.start();
      FakePeer own = new FakePeer(OwnIdentity.uid());
      try (RequestHandler.Session session = engine.connected(own)) {
        session.rejected(Arguments.bad("two spaces"));
        assertTrue(
            call(session, own, "METRICS")
                .bodyText()
                .contains("\nsecmem_malformed_requests_total 1\n"));
      }
    }
  }

  @Test
  void closingItTwiceOrUnstartedLeavesNoDescriptorAndNoThread() throws Exception {
    open(EngineOptions.DEFAULTS, Parts.cipher(), new Admission(Set.of(), Set.of(), null)).close();
    int before = descriptors();
    for (int i = 0; i < 3; i++) {
      Engine engine =
          open(EngineOptions.DEFAULTS, Parts.cipher(), new Admission(Set.of(7L), Set.of(), null));
      if (i > 0) {
        engine.start();
        FakePeer peer = new FakePeer(7);
        try (RequestHandler.Session session = engine.connected(peer)) {
          call(session, peer, "PUT k 60000").assertOk();
        }
      }
      engine.close();
      engine.close();
    }
    assertEquals(before, descriptors());
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().matches("secmem-(reaper|audit)")));
  }

  @Test
  void whatCannotBeOpenedLeavesNothingOpen() throws Exception {
    int before = descriptors();
    CipherProvider real = Parts.cipher();
    CipherProvider failing =
        new CipherProvider() {
          @Override
          public dev.secmem.api.crypto.Cipher create(java.nio.ByteBuffer key)
              throws PluginException {
            throw new PluginException(PluginException.Reason.FAILED, "on purpose");
          }

          @Override
          public dev.secmem.api.crypto.HeapResidue heapResidue() {
            return real.heapResidue();
          }

          @Override
          public String name() {
            return "failing";
          }

          @Override
          public dev.secmem.api.Availability availability() {
            return real.availability();
          }
        };
    PluginException failure =
        assertThrows(
            PluginException.class,
            () -> open(EngineOptions.DEFAULTS, failing, new Admission(Set.of(), Set.of(), null)));
    assertEquals("on purpose", failure.getMessage());
    assertEquals(before, descriptors());
  }

  @Test
  void optionsThatContradictThemselvesAreRefused() {
    EngineOptions.AuditFilter all = EngineOptions.AuditFilter.ALL;
    assertRefused(() -> new EngineOptions(0, 1, 1 << 20, 1, 1, 1, 1, all), "max secret size");
    assertRefused(() -> new EngineOptions((1 << 30) + 1, 1, 1 << 20, 1, 1, 1, 1, all), "1 GiB");
    assertRefused(() -> new EngineOptions(1, 0, 1 << 20, 1, 1, 1, 1, all), "max secrets");
    assertRefused(() -> new EngineOptions(1, 1, (1 << 20) - 1, 1, 1, 1, 1, all), "max memory");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 0, 1, 1, 1, all), "max connections");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 1, 0, 1, 1, all), "uid share");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 1, 101, 1, 1, all), "uid share");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 1, 1, 0, 1, all), "max ttl");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 1, 1, 5, 6, all), "default ttl");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 1, 1, 5, 0, all), "default ttl");
    assertEquals(9, EngineOptions.DEFAULTS.withMaxConnections(9).maxConnections());
    long most = EngineOptions.MAX_MAX_TTL_MILLIS;
    new EngineOptions(1, 1, 1 << 20, 1, 1, 1, 1, all);
    new EngineOptions(1 << 30, 100_000_000, 1 << 20, 100_000, 100, most, most, all);
    assertRefused(() -> new EngineOptions(1, 100_000_001, 1 << 20, 1, 1, 1, 1, all), "max secrets");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 100_001, 1, 1, 1, all), "max connections");
    assertRefused(() -> new EngineOptions(1, 1, 1 << 20, 1, 1, most + 1, 1, all), "max ttl");
  }

  private static void assertRefused(org.junit.jupiter.api.function.Executable make, String word) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, make);
    assertTrue(refused.getMessage().contains(word), refused.getMessage());
  }

  private static int descriptors() throws Exception {
    int count = 0;
    try (var files =
        java.nio.file.Files.newDirectoryStream(java.nio.file.Path.of("/proc/self/fd"))) {
      for (java.nio.file.Path each : files) {
        count += isOurs(each) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isOurs(java.nio.file.Path descriptor) {
    try {
      String target = java.nio.file.Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/memfd")
          || target.startsWith("anon_inode")
          || target.contains("secret");
    } catch (java.io.IOException e) {
      return false; // closed since the list was made
    }
  }
}
