package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.StoreUsage;
import java.nio.ByteBuffer;

/** A real store that cannot delete for want of heap while a test says so. */
final class WantingStore implements SecretStore {
  private final SecretStore real;
  volatile boolean wanting;
  volatile int failures;

  WantingStore(SecretStore real) {
    this.real = real;
  }

  @Override
  public void put(long id, long deadlineNanos, ByteBuffer sealed) throws PluginException {
    real.put(id, deadlineNanos, sealed);
  }

  @Override
  public void read(long id, RecordReader reader) throws PluginException {
    real.read(id, reader);
  }

  @Override
  public synchronized boolean delete(long id) throws PluginException {
    if (wanting) {
      failures++;
      throw new OutOfMemoryError("for the test");
    }
    return real.delete(id);
  }

  @Override
  public void scan(RecordVisitor visitor) throws PluginException {
    real.scan(visitor);
  }

  @Override
  public StoreUsage usage() throws PluginException {
    return real.usage();
  }

  @Override
  public void close() {
    real.close();
  }
}
