package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.Peer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A peer of any pid. It remembers for ever; briefly is until {@link #nextRequest}. */
final class TestPeer implements Peer {
  private final int descriptor;
  private final int pid;
  private final long uid;
  private final Map<Class<?>, Object> remembered = new HashMap<>();
  private final Map<Class<?>, Object> briefly = new HashMap<>();

  TestPeer(int descriptor, int pid, long uid) {
    this.descriptor = descriptor;
    this.pid = pid;
    this.uid = uid;
  }

  /** A process that did not connect. */
  static TestPeer of(Process process) {
    return new TestPeer(-1, (int) process.pid(), 0);
  }

  TestPeer nextRequest() {
    briefly.clear();
    return this;
  }

  @Override
  public long uid() {
    return uid;
  }

  @Override
  public long gid() {
    return uid;
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public <T> T remember(Class<T> key, Supplier<T> source) {
    return key.cast(remembered.computeIfAbsent(key, any -> source.get()));
  }

  @Override
  public <T> T rememberBriefly(Class<T> key, Supplier<T> source) {
    return key.cast(briefly.computeIfAbsent(key, any -> source.get()));
  }
}
