package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.transport.Body;
import dev.secmem.app.WrappedCipherProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** LOCK and UNLOCK by docs/PROTOCOL.md: who may, with what, and what is left of a try. */
final class LockVerbsTest {
  @Test
  void aLockedAgentServesWhatNeedsNoKeyAndTheMnemonicOpensTheRest() throws Exception {
    try (KeyEngine agent = KeyEngine.locked()) {
      Client own = agent.own();
      assertEquals("1", own.call("HELLO").field("locked"));
      for (String line : new String[] {"STATUS", "METRICS", "AUDIT", "WHOAMI", "LOCK"}) {
        own.call(line).assertOk();
      }
      for (String line : new String[] {"GET k", "LIST", "PUBKEY m/0' ed25519", "TOUCH k 5"}) {
        own.call(line).assertFails(ErrorCode.LOCKED, "the agent is locked");
      }
      own.call("PUT k 60000", "v").assertFails(ErrorCode.LOCKED);
      assertEquals(512, agent.freeSlots(), "no key is in memory");
      own.call("UNLOCK", KeyEngine.LEGAL).assertOk("");
      assertEquals("0", own.call("HELLO").field("locked"));
      assertTrue(own.call("STATUS").bodyText().contains("\"locked\":false,\"root\":\"mnemonic\""));
      own.call("PUT k 60000", "v").assertOk();
      own.call("UNLOCK", KeyEngine.ZOO).assertFails(ErrorCode.CONFLICT, "already unlocked");
      own.call("PUBKEY m/0' ed25519").assertOk();
      own.call("LOCK").assertOk("");
      own.call("LOCK", "whatever comes with it").assertOk("");
      assertEquals(512, agent.freeSlots(), "no key is in memory");
      own.call("GET k").assertFails(ErrorCode.LOCKED);
      own.call("UNLOCK", KeyEngine.LEGAL + "\n").assertOk();
      assertEquals("v", own.call("GET k").bodyText());
      String key = own.call("PUBKEY m/0' ed25519").assertOk().text();
      own.call("DEL k").assertOk();
      own.call("LOCK").assertOk();
      own.call("UNLOCK", KeyEngine.ZOO).assertOk(); // nothing is stored that it could fail to open
      assertNotEquals(key, own.call("PUBKEY m/0' ed25519").assertOk().text());
    }
  }

  @Test
  void aPassphraseIsPartOfTheKey() throws Exception {
    try (KeyEngine agent = KeyEngine.locked()) {
      Client own = agent.own();
      own.call("UNLOCK", KeyEngine.LEGAL + "\nsesame").assertOk();
      own.call("PUT k 60000", "v").assertOk();
      own.call("LOCK").assertOk();
      own.call("UNLOCK", KeyEngine.LEGAL).assertFails(ErrorCode.WRONG_KEY);
      Client colleague = agent.client(KeyEngine.COLLEAGUE);
      colleague.call("UNLOCK", KeyEngine.LEGAL + "\nsesame").assertOk();
      assertEquals("v", own.call("GET k").bodyText());
    }
  }

  @Test
  void whatIsWrongIsNotKeptAndItsUidWaitsWhileOthersDoNot() throws Exception {
    try (KeyEngine agent = KeyEngine.locked()) {
      Client own = agent.own();
      own.call("UNLOCK", KeyEngine.LEGAL).assertOk();
      own.call("PUT k 60000", "v").assertOk();
      own.call("LOCK").assertOk();
      own.call("UNLOCK", KeyEngine.ZOO)
          .assertFails(
              ErrorCode.WRONG_KEY,
              "it does not open what is stored; the next try counts in 1000 ms");
      assertEquals(512, agent.freeSlots(), "of a wrong key nothing is left");
      Answer early = own.call("UNLOCK", KeyEngine.LEGAL).assertFails(ErrorCode.WRONG_KEY);
      assertTrue(early.text().startsWith("retry_ms="), early.text());
      assertEquals("1", own.call("HELLO").field("locked"));
      Client colleague = agent.client(KeyEngine.COLLEAGUE);
      String misspelt = KeyEngine.LEGAL.replace("year", "yearr");
      Answer malformed = colleague.call("UNLOCK", misspelt).assertFails(ErrorCode.BAD_REQUEST);
      assertTrue(
          malformed.text().contains("4"), "tells the place of the word: " + malformed.text());
      assertEquals(512, agent.freeSlots(), "of a malformed one nothing is left");
      colleague.call("UNLOCK", KeyEngine.LEGAL).assertOk();
      colleague.call("LOCK").assertOk();
      colleague
          .call("UNLOCK", KeyEngine.ZOO)
          .assertFails(
              ErrorCode.WRONG_KEY,
              "it does not open what is stored; the next try counts in 1000 ms");
    }
  }

  @Test
  void theRightKeyEndsThePausesOfItsUid() throws Exception {
    try (KeyEngine agent = KeyEngine.locked()) {
      Client own = agent.own();
      own.call("UNLOCK", KeyEngine.LEGAL).assertOk();
      own.call("PUT k 60000", "v").assertOk();
      for (int i = 0; i < 2; i++) {
        own.call("LOCK").assertOk();
        Answer wrong = own.call("UNLOCK", KeyEngine.ZOO).assertFails(ErrorCode.WRONG_KEY);
        assertTrue(wrong.text().endsWith(" in 1000 ms"), wrong.text());
        Thread.sleep(1010);
        own.call("UNLOCK", KeyEngine.LEGAL).assertOk();
      }
    }
  }

  @Test
  void lockAnswersWhenNoRequestIsLeftInside() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Body slow =
        FakeRequest.body(
            1,
            target -> {
              reading.countDown();
              try {
                leave.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              target.put((byte) 1);
            });
    try (KeyEngine agent = KeyEngine.locked()) {
      agent.own().call("UNLOCK", KeyEngine.LEGAL).assertOk();
      Client client = agent.own();
      Client locker = agent.own();
      Answer put = new Answer();
      Thread putting = daemon(() -> client.send("PUT k 60000", slow, put));
      reading.await();
      Answer lock = new Answer();
      Thread locking = daemon(() -> locker.send("LOCK", null, lock));
      locking.join(100);
      assertTrue(locking.isAlive(), "it waits for the request inside");
      assertEquals("1", agent.own().call("HELLO").field("locked"), "and lets no other in");
      leave.countDown();
      putting.join(20_000);
      locking.join(20_000);
      put.assertFails(ErrorCode.LOCKED); // the key was wiped under it
      lock.assertOk("");
      Client other = agent.own();
      Thread unlocking = daemon(() -> other.call("UNLOCK", KeyEngine.LEGAL).assertOk());
      unlocking.join(20_000);
      assertEquals("0", agent.own().call("HELLO").field("locked"), "for other threads, too");
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void linesBodiesAndRightsAreCheckedInThatOrder() throws Exception {
    try (KeyEngine agent = KeyEngine.locked()) {
      Client stranger = agent.client(KeyEngine.STRANGER);
      stranger.call("UNLOCK now", "x").assertFails(ErrorCode.BAD_REQUEST);
      stranger.call("LOCK now").assertFails(ErrorCode.BAD_REQUEST);
      stranger.call("UNLOCK").assertFails(ErrorCode.BAD_REQUEST, "no descriptor came");
      String denied = "this verb is for the agent's own uid, root and --keys-uid";
      stranger.call("UNLOCK", KeyEngine.LEGAL).assertFails(ErrorCode.DENIED, denied);
      stranger.call("LOCK").assertFails(ErrorCode.DENIED, denied);
      Client own = agent.own();
      own.call("UNLOCK", "x".repeat(4097))
          .assertFails(ErrorCode.TOO_LARGE, "mnemonic and passphrase have at most 4096 bytes");
      own.call("UNLOCK", KeyEngine.LEGAL + "\n" + "p".repeat(1025))
          .assertFails(
              ErrorCode.BAD_REQUEST, "a mnemonic and a passphrase have at most 1024 bytes each");
      own.call("UNLOCK", KeyEngine.LEGAL + "\n" + "p".repeat(1024)).assertOk();
      own.call("LOCK", "a body")
          .assertFails(
              ErrorCode.BAD_REQUEST, "LOCK takes no body: the mnemonic will unlock the agent");
      assertEquals("0", own.call("HELLO").field("locked"), "what was refused locks nothing");
    }
  }

  @Test
  void aRandomRootIsKeptUnderAPassphrase() throws Exception {
    try (KeyEngine agent = new KeyEngine(KeyOptions.Root.RANDOM, false, 0)) {
      Client own = agent.own();
      assertEquals("0", own.call("HELLO").field("locked"), "open from the start on");
      own.call("PUT k 60000", "v").assertOk();
      own.call("LOCK")
          .assertFails(
              ErrorCode.BAD_REQUEST, "LOCK of a random root needs a passphrase as its body");
      own.call("LOCK", "")
          .assertFails(ErrorCode.BAD_REQUEST, "an empty passphrase protects nothing");
      own.call("LOCK", "x".repeat(4097)).assertFails(ErrorCode.TOO_LARGE);
      own.call("UNLOCK", "sesame").assertFails(ErrorCode.CONFLICT, "already unlocked");
      assertEquals("v", own.call("GET k").bodyText());
      String longest = "s".repeat(4096);
      own.call("LOCK", longest).assertOk("");
      assertEquals(512, agent.freeSlots(), "no key is in memory");
      own.call("GET k").assertFails(ErrorCode.LOCKED);
      own.call("UNLOCK", longest.substring(1)).assertFails(ErrorCode.WRONG_KEY);
      assertEquals(512, agent.freeSlots(), "of a wrong key nothing is left");
      agent.client(KeyEngine.COLLEAGUE).call("UNLOCK", longest).assertOk("");
      assertEquals("v", own.call("GET k").bodyText());
      own.call("PUBKEY m/0' ed25519")
          .assertFails(
              ErrorCode.CONFLICT,
              "a random root has no keys; start the agent with --root mnemonic");
    }
  }

  @Test
  void eachLockOfARandomRootHasASaltOfItsOwn() throws Exception {
    List<ByteBuffer> salts = new ArrayList<>();
    KeyDerivation real = KeyEngine.derivation("bc");
    Argon2id watched =
        (passphrase, salt, parameters, key) -> {
          salts.add(ByteBuffer.allocate(16).put(salt.duplicate()).flip());
          real.argon2id(passphrase, salt, parameters, key);
        };
    try (KeyEngine agent = new KeyEngine(KeyOptions.Root.RANDOM, false, 0, watched)) {
      for (int i = 0; i < 2; i++) {
        agent.own().call("LOCK", "sesame").assertOk();
        agent.own().call("UNLOCK", "sesame").assertOk();
      }
    }
    assertEquals(4, salts.size());
    assertEquals(salts.get(0), salts.get(1));
    assertEquals(salts.get(2), salts.get(3));
    assertNotEquals(salts.get(0), salts.get(2));
  }

  @Test
  void whereNobodyHasArgon2TheLockIsRefusedWithWhatIsMissing() throws Exception {
    Argon2id none =
        (passphrase, salt, parameters, key) -> {
          throw new PluginException(PluginException.Reason.UNAVAILABLE, "install secmem-crypto-bc");
        };
    try (KeyEngine agent = new KeyEngine(KeyOptions.Root.RANDOM, false, 0, none)) {
      agent
          .own()
          .call("LOCK", "sesame")
          .assertFails(ErrorCode.CONFLICT, "install secmem-crypto-bc");
      assertEquals("0", agent.own().call("HELLO").field("locked"));
    }
    Argon2id broken =
        (passphrase, salt, parameters, key) -> {
          throw new PluginException(PluginException.Reason.FAILED, "no memory");
        };
    try (KeyEngine agent = new KeyEngine(KeyOptions.Root.RANDOM, false, 0, broken)) {
      agent.own().call("LOCK", "sesame").assertFails(ErrorCode.INTERNAL);
    }
  }

  /** A cipher that fails when it is closed stands for want of heap in the middle of LOCK. */
  @Test
  void aLockThatFailedHalfWayIsFinishedByTheNext() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    CipherProvider failing =
        new WrappedCipherProvider(Parts.cipher()) {
          @Override
          public Cipher create(ByteBuffer key) throws PluginException {
            return new WrappedCipher(real.create(key)) {
              @Override
              public void close() {
                if (fails.getAndSet(false)) {
                  throw new OutOfMemoryError("a test's");
                }
                super.close();
              }
            };
          }
        };
    try (KeyEngine agent =
        new KeyEngine(
            KeyOptions.Root.MNEMONIC, false, 0, KeyEngine.derivation("bc")::argon2id, failing)) {
      int free = agent.freeSlots();
      agent.own().call("UNLOCK", KeyEngine.LEGAL).assertOk();
      agent.own().call("PUT k -", "value").assertOk();
      fails.set(true);
      agent.own().call("LOCK").assertFails(ErrorCode.INTERNAL);
      agent.own().call("GET k").assertFails(ErrorCode.LOCKED);
      assertTrue(agent.freeSlots() < free, "control: a key is there still");
      agent.own().call("LOCK").assertOk();
      assertEquals(free, agent.freeSlots(), "OK says that no key is there");
      agent.own().call("UNLOCK", KeyEngine.LEGAL).assertOk();
      assertEquals("value", agent.own().call("GET k").bodyText());
    }
  }

  @Test
  void aBodyThatCannotBeReadChangesNothing() throws Exception {
    Body broken =
        FakeRequest.body(
            10,
            target -> {
              throw Arguments.bad("the body became shorter");
            });
    try (KeyEngine agent = KeyEngine.locked()) {
      // More often than tries may go on at a time: each gives its place back.
      for (int i = 0; i < 20; i++) {
        agent.own().send("UNLOCK", broken, new Answer()).assertFails(ErrorCode.BAD_REQUEST);
      }
      agent.own().call("UNLOCK", KeyEngine.LEGAL).assertOk();
    }
    try (KeyEngine agent = new KeyEngine(KeyOptions.Root.RANDOM, false, 0)) {
      for (int i = 0; i < 20; i++) {
        agent.own().send("LOCK", broken, new Answer()).assertFails(ErrorCode.BAD_REQUEST);
      }
      assertEquals("0", agent.own().call("HELLO").field("locked"));
    }
  }

  @Test
  void anAgentThatNobodyUsesLocksItselfAndNotBefore() throws Exception {
    try (KeyEngine agent = new KeyEngine(KeyOptions.Root.MNEMONIC, false, 300)) {
      Client own = agent.own();
      own.call("UNLOCK", KeyEngine.LEGAL).assertOk();
      long began = System.nanoTime();
      long lastUse = began;
      while (System.nanoTime() - began < 900_000_000L) {
        long use = System.nanoTime();
        boolean served = own.call("LIST").code() == null;
        assertTrue(served || use - lastUse > 250_000_000L, "locked while it was used");
        if (!served) {
          own.call("UNLOCK", KeyEngine.LEGAL).assertOk(); // this machine stood still meanwhile
        }
        lastUse = use;
        Thread.sleep(20);
      }
      while (own.call("HELLO").field("locked").equals("0")) {
        assertTrue(System.nanoTime() - lastUse < 20_000_000_000L, "it never locks");
        Thread.sleep(10); // HELLO is no use
      }
      assertTrue(System.nanoTime() - lastUse > 290_000_000L, "not before its time");
      assertEquals(512, agent.freeSlots(), "no key is in memory");
      own.call("AUDIT 3").assertOk();
      String told = String.join("", agent.auditLines);
      assertTrue(told.contains("\"event\":\"lock\",\"result\":\"ok\""), told);
      own.call("UNLOCK", KeyEngine.LEGAL).assertOk();
      lastUse = System.nanoTime();
      while (own.call("HELLO").field("locked").equals("0")) {
        assertTrue(System.nanoTime() - lastUse < 20_000_000_000L, "it locks but once");
        Thread.sleep(10);
      }
    }
    assertTrue(threadNamed("secmem-idle-lock") == null, "its thread ends with the engine");
  }

  @Test
  void theThreadThatLocksSleepsMeanwhile() throws Exception {
    for (long lockAfterMillis : new long[] {0, 60_000}) {
      try (KeyEngine agent = new KeyEngine(KeyOptions.Root.MNEMONIC, false, lockAfterMillis)) {
        for (int i = 0; i < 2; i++) {
          Thread.sleep(100); // what is done the first time takes longer
          long before = cpuNanosOf("secmem-idle-loc");
          Thread.sleep(300);
          long nanos = cpuNanosOf("secmem-idle-loc") - before;
          assertTrue(nanos < 20_000_000L, "it worked for " + nanos + " ns");
          agent.own().call("UNLOCK", KeyEngine.LEGAL);
        }
      }
    }
  }

  /** What the thread of that name, as the kernel cuts it, has used (proc_pid_schedstat(5)). */
  private static long cpuNanosOf(String name) throws IOException {
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        try {
          if (Files.readString(task.resolve("comm")).strip().equals(name)) {
            return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
          }
        } catch (IOException e) {
          continue; // another one, which has ended since the list was made
        }
      }
    }
    throw new AssertionError("no thread " + name);
  }

  private static Thread threadNamed(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  @Test
  void optionsOfKeysThatContradictThemselvesAreRefused() {
    Set<Long> none = Set.of();
    assertThrows(
        IllegalArgumentException.class,
        () -> new KeyOptions(KeyOptions.Root.MNEMONIC, none, false, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new KeyOptions(KeyOptions.Root.RANDOM, none, false, 1));
    assertNotEquals(KeyOptions.Root.RANDOM.word(), KeyOptions.Root.MNEMONIC.word());
  }
}
