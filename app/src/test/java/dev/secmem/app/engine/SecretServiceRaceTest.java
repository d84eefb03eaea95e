package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.transport.Body;
import dev.secmem.app.WrappedCipherProvider;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What threads could do to each other, each case brought about on purpose. */
final class SecretServiceRaceTest {
  private Parts parts;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void writersThatHoldAllScratchDoNotWaitForOneThatWaitsForScratch() throws Exception {
    // Two large pieces of scratch are all there are: two PUTs of one name hold them.
    int size = 200_000;
    parts.client(7).call("PUT k -", new byte[size]).assertOk();
    List<Thread> threads = new ArrayList<>();
    List<Answer> answers = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 6; i++) {
      boolean touches = i % 2 == 0;
      Thread thread =
          new Thread(
              () -> {
                Client client = parts.client(7);
                for (int round = 0; round < 30; round++) {
                  answers.add(
                      touches
                          ? client.call("TOUCH k 60000")
                          : client.call("PUT k -", new byte[size]));
                }
              });
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(60_000);
      assertFalse(thread.isAlive(), "they wait for each other");
    }
    assertEquals(180, answers.size());
    answers.forEach(Answer::assertOk);
  }

  @Test
  void aClientThatDoesNotTakeItsReportKeepsNobodyElseWaiting() throws Exception {
    CountDownLatch sending = new CountDownLatch(4);
    CountDownLatch taken = new CountDownLatch(1);
    List<Thread> lazy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(() -> parts.client(7).send("STATUS", null, new LazyAnswer(sending, taken)));
      thread.setDaemon(true);
      lazy.add(thread);
      thread.start();
    }
    try {
      assertTrue(
          sending.await(20, java.util.concurrent.TimeUnit.SECONDS), "all are being answered");
      Thread other = new Thread(() -> parts.client(8).call("LIST").assertOk("count=0"));
      other.setDaemon(true);
      other.start();
      other.join(20_000);
      assertFalse(other.isAlive(), "LIST waits for clients that do not read");
    } finally {
      taken.countDown();
      for (Thread thread : lazy) {
        thread.join();
      }
    }
  }

  @Test
  void aSecretsLastReadEndsItBeforeTheReplyLeaves() throws Exception {
    Client client = parts.client(7);
    client.call("PUT k - once", "x").assertOk();
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(1);
    Thread lazy =
        new Thread(() -> parts.client(7).send("GET k", null, new LazyAnswer(sending, taken)));
    lazy.start();
    sending.await();
    try {
      assertEquals(0, parts.quota.total().secrets());
      assertEquals(0, parts.store.usage().records());
    } finally {
      taken.countDown();
      lazy.join();
    }
  }

  @Test
  void aReplyThatFailsCountsAsUsed() throws Exception {
    Client client = parts.client(7);
    client.call("PUT k - once", "x").assertOk();
    Answer broken =
        new Answer() {
          @Override
          public void ok(CharSequence fields) {
            throw new IllegalStateException("the peer is gone");
          }
        };
    try {
      client.send("GET k", null, broken);
    } catch (IllegalStateException e) {
      // A transport does not throw; if one did, nothing may be left all the same.
    }
    client.call("GET k").assertFails(dev.secmem.api.ErrorCode.NOT_FOUND);
    parts.assertNothingLeft();
  }

  @Test
  void aConditionHoldsAtTheMomentOfTheReplacementNotOnlyBefore() throws Exception {
    OnSeal cipher = new OnSeal(Parts.cipher());
    try (Parts own = new Parts(EngineOptions.DEFAULTS, cipher, KeyRing.SEALS_PER_KEY)) {
      Client client = own.client(7);
      long version = client.call("PUT k - once", "old").number("version");
      // Used up after PUT looked at it, and before its new value is shown.
      cipher.next = () -> assertEquals("old", own.client(7).call("GET k").bodyText());
      client
          .call("PUT k - if=version:" + version, "new")
          .assertFails(dev.secmem.api.ErrorCode.CONFLICT, "there is no secret of that name");
      client.call("GET k").assertFails(dev.secmem.api.ErrorCode.NOT_FOUND);
      client.call("PUT k - once", "old").assertOk();
      cipher.next = () -> own.client(7).call("GET k").assertOk();
      client.call("PUT k - once", "new").assertOk();
      assertEquals("new", client.call("GET k").bodyText());
      client.call("PUT k - once", "old").assertOk();
      cipher.next = () -> own.client(7).call("GET k").assertOk();
      client.call("TOUCH k 50").assertFails(dev.secmem.api.ErrorCode.NOT_FOUND);
      own.assertNothingLeft();
    }
  }

  /** The real cipher, which does something else before it seals. */
  private static final class OnSeal extends WrappedCipherProvider {
    private Runnable next;

    OnSeal(CipherProvider real) {
      super(real);
    }

    @Override
    public Cipher create(ByteBuffer key) throws PluginException {
      return new WrappedCipher(real.create(key)) {
        @Override
        public void seal(ByteBuffer plaintext, ByteBuffer data, ByteBuffer sealed)
            throws PluginException {
          Runnable now = next;
          next = null;
          if (now != null) {
            // In another thread, as it would be: associated data has a buffer for each.
            CompletableFuture.runAsync(now).join();
          }
          super.seal(plaintext, data, sealed);
        }
      };
    }
  }

  @Test
  void anEntryThatIsReadMoreOftenThanCanBeCountedIsNotUsedUp() throws Exception {
    Entry entry = new Entry(new Key(7, "k"), 1, 1, Long.MAX_VALUE, 0, 0, Grants.NONE, null);
    Field reads = Entry.class.getDeclaredField("readsAndEnd");
    reads.setAccessible(true);
    reads.set(entry, Integer.MAX_VALUE - 1);
    for (int i = 0; i < 3; i++) {
      assertEquals(Entry.Service.SERVED, entry.serve(0));
      assertEquals(Integer.MAX_VALUE, entry.reads());
      assertFalse(entry.isGone());
    }
    assertTrue(entry.retire());
    assertFalse(entry.retire());
    assertEquals(Entry.Service.GONE, entry.serve(0));
    assertEquals(Integer.MAX_VALUE, entry.reads());
  }

  @Test
  void aReplacementWhileItIsReadIsReadAgain() {
    Client client = parts.client(7);
    client.call("PUT k -", "old").assertOk();
    boolean[] replaced = new boolean[1];
    Answer slow =
        new Answer() {
          @Override
          public Delivery prepare(ByteBuffer content) {
            if (!replaced[0]) {
              replaced[0] = true;
              parts.client(7).call("PUT k -", "new").assertOk();
            }
            return super.prepare(content);
          }
        };
    assertEquals("new", client.send("GET k", null, slow).bodyText());
  }

  @Test
  void aDeletionWhileItIsReadIsNotFound() {
    Client client = parts.client(7);
    client.call("PUT k -", "old").assertOk();
    Answer slow =
        new Answer() {
          @Override
          public Delivery prepare(ByteBuffer content) {
            parts.client(7).call("DEL k").assertOk();
            return super.prepare(content);
          }
        };
    client.send("GET k", null, slow).assertFails(dev.secmem.api.ErrorCode.NOT_FOUND);
  }

  @Test
  void aSecretThatExpiresWhileItIsReadIsNotServed() {
    Client client = parts.client(7);
    client.call("PUT k 50", "old").assertOk();
    Answer slow =
        new Answer() {
          @Override
          public Delivery prepare(ByteBuffer content) {
            pause(60);
            return super.prepare(content);
          }
        };
    client.send("GET k", null, slow).assertFails(dev.secmem.api.ErrorCode.EXPIRED);
  }

  @Test
  void wantOfHeapDoesNotEndTheReaper() throws Exception {
    java.util.concurrent.atomic.AtomicInteger heard =
        new java.util.concurrent.atomic.AtomicInteger();
    SecretTable table = new SecretTable();
    Reaper reaper =
        new Reaper(
            table,
            parts.vault,
            parts.quota,
            entry -> {
              if (heard.getAndIncrement() == 0) {
                throw new OutOfMemoryError("for the test");
              }
            });
    try {
      for (String name : new String[] {"a", "b"}) {
        Key key = new Key(7, name);
        parts.quota.addSecret(key, 1, Grants.NONE, null);
        table.show(parts.vault.put(key, 1, 1, 0, Grants.NONE, ByteBuffer.allocateDirect(1)));
      }
      reaper.start();
      long end = System.nanoTime() + 10_000_000_000L;
      while (heard.get() < 2 && System.nanoTime() < end) {
        pause(5);
      }
      assertEquals(2, heard.get(), "the second one was wiped, too");
      parts.assertNothingLeft();
    } finally {
      reaper.close();
    }
  }

  @Test
  void aSecretThatWasReplacedAtItsDeadlineIsNotRememberedAsExpired() {
    Client client = parts.client(7);
    java.util.Random random = new java.util.Random(7);
    for (int round = 0; round < 3000; round++) {
      client.call("PUT k 1", "old").assertOk();
      long until = System.nanoTime() + 850_000 + random.nextInt(200_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      client.call("PUT k 60000", "new").assertOk();
      client.call("DEL k").assertOk();
      client.call("GET k").assertFails(dev.secmem.api.ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void theTimeBeginsWhenTheValueIsThere() {
    Client client = parts.client(7);
    Body slow =
        FakeRequest.body(
            1,
            target -> {
              pause(60);
              target.put((byte) 'x');
            });
    client.send("PUT k 50000", slow, new Answer()).assertOk();
    assertTrue(client.call("STAT k").number("ttl_ms") > 0);
    client.send("PUT s 40", slow, new Answer()).assertOk();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client that takes its reply when it is told to. */
  private static final class LazyAnswer extends Answer {
    private final CountDownLatch sending;
    private final CountDownLatch taken;

    LazyAnswer(CountDownLatch sending, CountDownLatch taken) {
      this.sending = sending;
      this.taken = taken;
    }

    @Override
    public void ok(CharSequence fields, Delivery delivery) {
      sending.countDown();
      try {
        taken.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      super.ok(fields, delivery);
    }
  }
}
