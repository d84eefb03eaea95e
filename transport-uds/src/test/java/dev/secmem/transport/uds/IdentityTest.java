package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.UnixSocket;
import dev.secmem.tck.Capability;
import dev.secmem.transport.uds.identity.GroupsAuthenticatorProvider;
import dev.secmem.transport.uds.identity.PeercredAuthenticatorProvider;
import dev.secmem.transport.uds.identity.UdsPeer;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who the kernel says the peer is. */
class IdentityTest {
  private final Authenticator uids = create(new PeercredAuthenticatorProvider());
  private final Authenticator gids = create(new GroupsAuthenticatorProvider());

  private static Authenticator create(AuthenticatorProvider provider) {
    try {
      return provider.create();
    } catch (dev.secmem.api.PluginException e) {
      throw new AssertionError(e);
    }
  }

  private interface PeerTest {
    void on(UdsPeer peer) throws Exception;
  }

  /** Runs a test on a socket pair made in a thread with other credentials. */
  private static void withPeer(Callable<Void> credentials, PeerTest test) throws Exception {
    Capability.require(OwnIdentity.uid() == 0, "only root can act as another user");
    FutureTask<int[]> made =
        new FutureTask<>(
            () -> {
              credentials.call();
              return UnixSocket.pair();
            });
    new Thread(made).start();
    int[] pair = made.get();
    try {
      test.on(UdsPeer.of(pair[0]));
    } finally {
      Descriptor.close(pair[0]);
      Descriptor.close(pair[1]);
    }
  }

  @Test
  void uidOfThePeer() throws Exception {
    withPeer(
        () -> {
          TestLibc.actAs(OtherUser.UID);
          return null;
        },
        peer -> {
          assertEquals(OtherUser.UID, peer.uid());
          assertEquals(ProcessHandle.current().pid(), peer.pid());
          assertTrue(uids.matches(peer, "uid", "12345"));
          assertFalse(uids.matches(peer, "uid", "0"));
        });
  }

  @Test
  void primaryAndSupplementaryGroups() throws Exception {
    withPeer(
        () -> {
          TestLibc.setGroups(4001, 4002, 65534, -2);
          return null;
        },
        peer -> {
          for (String gid : new String[] {"0", "4001", "4002", "4294967294"}) {
            assertTrue(gids.matches(peer, "gid", gid), gid);
          }
          assertFalse(gids.matches(peer, "gid", "4003"));
        });
  }

  @Test
  void moreGroupsThanFitTheFirstBuffer() throws Exception {
    int[] many = LongStream.range(5000, 5300).mapToInt(gid -> (int) gid).toArray();
    withPeer(
        () -> {
          TestLibc.setGroups(many);
          return null;
        },
        peer -> {
          assertTrue(gids.matches(peer, "gid", "5299"));
          assertFalse(gids.matches(peer, "gid", "5300"));
        });
  }

  @Test
  void factsAreAskedForOnce() throws Exception {
    int[] pair = UnixSocket.pair();
    UdsPeer peer = UdsPeer.of(pair[0]);
    AtomicInteger asked = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertEquals("1", peer.remember(String.class, () -> "" + asked.incrementAndGet()));
    }
    // The groups stay as they were when first asked for, even when the socket is gone.
    gids.matches(peer, "gid", "77");
    Descriptor.close(pair[0]);
    Descriptor.close(pair[1]);
    assertFalse(gids.matches(peer, "gid", "78"));
  }

  @Test
  void overflowIdIsNobody() {
    for (String value : new String[] {"65534", "4294967295", "-1", "+1", "01", "", "root", "1 "}) {
      assertThrows(IllegalArgumentException.class, () -> uids.normalize("uid", value), value);
      assertThrows(IllegalArgumentException.class, () -> gids.normalize("gid", value), value);
    }
    assertThrows(IllegalArgumentException.class, () -> uids.normalize("gid", "1"));
    assertEquals("4294967294", uids.normalize("uid", "4294967294"));
  }
}
