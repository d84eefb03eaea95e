package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Facts of a caller that last for one request, and facts that last for the connection. */
final class CallerTest {
  private final FakePeer peer = new FakePeer(5, 6).with("1", "/bin/app");
  private final Caller caller = new Caller(peer);

  @Test
  void aBriefFactIsAskedForOnceARequest() {
    AtomicInteger asked = new AtomicInteger();
    for (int request = 1; request <= 3; request++) {
      caller.nextRequest();
      for (int i = 0; i < 4; i++) {
        assertEquals(request, caller.rememberBriefly(Integer.class, () -> asked.incrementAndGet()));
        assertEquals("kept", caller.remember(String.class, () -> "kept"));
      }
    }
    assertEquals("kept", peer.remember(String.class, () -> "another"), "by the connection");
  }

  @Test
  void theProgramIsToldOnlyInTheRequestThatAskedForIt() {
    caller.nextRequest();
    assertNull(caller.program());
    caller.judgedBy(new FakeSessions(), "session");
    assertNull(caller.program());
    caller.judgedBy(new FakeSessions(), "exe");
    assertEquals("/bin/app", caller.program());
    caller.nextRequest();
    assertNull(caller.program());
  }

  @Test
  void everythingElseIsThePeers() {
    assertEquals(5, caller.uid());
    assertEquals(6, caller.gid());
    assertEquals(peer.pid(), caller.pid());
    assertEquals(-1, caller.descriptor());
  }
}
