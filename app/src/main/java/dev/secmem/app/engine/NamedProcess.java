package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.ProcessStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A process that an owner asks about: judged as if it connected now. Confined. */
final class NamedProcess implements Peer {
  private final int pid;
  private final ProcessStatus status;
  private final Map<Class<?>, Object> remembered = new HashMap<>();

  private NamedProcess(int pid, ProcessStatus status) {
    this.pid = pid;
    this.status = status;
  }

  /** The process that has that pid now. */
  static NamedProcess of(int pid) throws RequestException {
    try {
      return new NamedProcess(pid, ProcessStatus.of(pid));
    } catch (IOException e) {
      throw new RequestException(ErrorCode.NOT_FOUND, "no such process: " + pid);
    }
  }

  @Override
  public long uid() {
    return status.uid();
  }

  @Override
  public long gid() {
    return status.gid();
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
  public <T> T remember(Class<T> key, Supplier<T> source) {
    T value = key.cast(remembered.get(key));
    if (value == null) {
      value = source.get();
      remembered.put(key, value);
    }
    return value;
  }

  @Override
  public <T> T rememberBriefly(Class<T> key, Supplier<T> source) {
    return remember(key, source); // it lives as long as the request
  }
}
