package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.OwnIdentity;
import java.util.List;
import java.util.Set;

/**
 * Who may connect at all: the agent's own uid, and whom {@code --allow-uid} and {@code --allow-gid}
 * name. Where both are given both must hold, as with sshd's AllowUsers and AllowGroups.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class Admission {
  /** Where a user namespace shows uids that it does not know: nobody in particular. */
  public static final long UNMAPPED_UID = 65534;

  private final long agentUid = OwnIdentity.uid();
  private final Set<Long> uids;
  private final List<String> gids;
  private final Authenticator groups;

  /**
   * @param groups judges the kind {@code gid}; null if {@code gids} is empty
   */
  public Admission(Set<Long> uids, Set<Long> gids, Authenticator groups) {
    this.uids = Set.copyOf(uids);
    this.gids = gids.stream().map(gid -> Long.toString(gid)).toList();
    this.groups = groups;
    if (uids.contains(UNMAPPED_UID) || gids.contains(UNMAPPED_UID)) {
      throw new IllegalArgumentException(
          "65534 is where unmapped users land: it cannot be admitted");
    }
  }

  /** Whether others than the agent's own uid may come in. */
  public boolean admitsOthers() {
    return !uids.isEmpty() || !gids.isEmpty();
  }

  void check(Peer peer) throws RequestException {
    long uid = peer.uid();
    if (uid == agentUid) {
      return;
    }
    boolean admitted =
        admitsOthers()
            && uid != UNMAPPED_UID
            && (uids.isEmpty() || uids.contains(uid))
            && (gids.isEmpty() || inGroup(peer));
    if (!admitted) {
      throw new RequestException(ErrorCode.DENIED, "uid " + uid + " is not admitted");
    }
  }

  private boolean inGroup(Peer peer) {
    for (String gid : gids) {
      try {
        if (groups.matches(peer, "gid", gid)) {
          return true;
        }
      } catch (PluginException e) {
        continue; // unknown groups are no groups; the next may be the first one, which is known
      }
    }
    return false;
  }
}
