package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.RequestException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LockGateTest {
  private final LockGate gate = new LockGate(true);

  @Test
  void aShutGateLetsNobodyInAndAnOpenOneMany() throws Exception {
    assertTrue(gate.isLocked(), "shut at first");
    RequestException locked = assertThrows(RequestException.class, gate::enter);
    assertEquals(ErrorCode.LOCKED, locked.code());
    gate.open();
    assertFalse(gate.isLocked());
    long first = gate.enter();
    long second = gate.enter();
    gate.leave(first);
    gate.leave(second);
    long before = gate.lastUseNanos();
    gate.leave(gate.enter());
    assertTrue(gate.lastUseNanos() >= before);
  }

  @Test
  void whoWaitsForRequestsHoldsNewOnesUpNoLongerThanALookTakes() throws Exception {
    gate.open();
    long inside = gate.enter();
    gate.shut();
    Thread waiting = new Thread(gate::awaitRequests);
    waiting.start();
    waiting.join(50);
    assertTrue(waiting.isAlive(), "one is inside");
    // In this thread: a gate that made it wait would hang the test.
    assertThrows(RequestException.class, gate::enter);
    gate.leave(inside);
    waiting.join();
  }

  @Test
  void nobodyIsInsideOnceTheWaitIsOver() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (!over.get()) {
                  try {
                    long stamp = gate.enter();
                    inside.incrementAndGet();
                    served.incrementAndGet();
                    inside.decrementAndGet();
                    gate.leave(stamp);
                  } catch (RequestException e) {
                    Thread.onSpinWait();
                  } catch (RuntimeException e) {
                    failures.add(e);
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (int round = 0; round < 2000; round++) {
      gate.open();
      Thread.yield();
      gate.shut();
      gate.awaitRequests();
      assertEquals(0, inside.get(), "round " + round);
    }
    gate.open();
    while (served.get() == 0) {
      Thread.onSpinWait();
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
  }
}
