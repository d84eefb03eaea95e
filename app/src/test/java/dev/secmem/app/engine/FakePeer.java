package dev.secmem.app.engine;

import dev.secmem.api.identity.Peer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A peer of any uid, without a socket or process: nothing more can be had of it. */
final class FakePeer implements Peer {
  private final long uid;
  private final long gid;
  private final int pid;
  private final Map<Class<?>, Object> remembered = new HashMap<>();

  FakePeer(long uid) {
    this(uid, uid);
  }

  FakePeer(long uid, long gid) {
    this(uid, gid, 99_999_999); // more than any pid can be
  }

  FakePeer(long uid, long gid, int pid) {
    this.uid = uid;
    this.gid = gid;
    this.pid = pid;
  }

  /** Says what session and program it has; null for none. */
  FakePeer with(String session, String exe) {
    remembered.put(FakeSessions.Facts.class, new FakeSessions.Facts(session, exe));
    return this;
  }

  @Override
  public long uid() {
    return uid;
  }

  @Override
  public long gid() {
    return gid;
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public synchronized <T> T remember(Class<T> key, Supplier<T> source) {
    return key.cast(remembered.computeIfAbsent(key, any -> source.get()));
  }
}
