package dev.secmem.bench.guarded;

import com.godaddy.asherah.securememory.Secret;
import com.godaddy.asherah.securememory.protectedmemoryimpl.ProtectedMemorySecretFactory;
import dev.secmem.api.PluginException;
import dev.secmem.store.heapless.BufferFactory;
import dev.secmem.store.heapless.Enclave;
import dev.secmem.store.heapless.LockedBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a 32-byte secret costs, here and with asherah's secure memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GuardedMemoryBench {
  private static final BufferFactory OWN = BufferFactory.ownPages();
  private static final BufferFactory POOLED = BufferFactory.pooled();

  private final byte[] content = new byte[32];
  private ProtectedMemorySecretFactory asherah;
  private Secret asherahSecret;
  private LockedBuffer own;
  private LockedBuffer pooled;

  @Setup
  public void open() throws PluginException {
    asherah = new ProtectedMemorySecretFactory();
    asherahSecret = asherah.createSecret(new byte[32]);
    own = OWN.random(32);
    pooled = POOLED.random(32);
  }

  @TearDown
  public void close() {
    asherahSecret.close();
    own.close();
    pooled.close();
  }

  @Benchmark
  public int createCloseAsherah() {
    Secret secret = asherah.createSecret(content);
    secret.close();
    return content.length;
  }

  @Benchmark
  public int createClosePooled() throws PluginException {
    try (LockedBuffer buffer = POOLED.consume(content)) {
      return buffer.size();
    }
  }

  @Benchmark
  public int createCloseOwnPages() throws PluginException {
    try (LockedBuffer buffer = OWN.consume(content)) {
      return buffer.size();
    }
  }

  @Benchmark
  public byte readAsherah() {
    return asherahSecret.withSecretBytes(bytes -> bytes[7]);
  }

  @Benchmark
  public byte readPooled() {
    return pooled.withResult(view -> view.get(7));
  }

  @Benchmark
  public byte readOwnPages() {
    return own.withResult(view -> view.get(7));
  }

  @Benchmark
  public int enclaveSealOpenClose() throws PluginException {
    Enclave enclave = Enclave.of(content);
    try (LockedBuffer opened = enclave.open()) {
      return opened.size();
    }
  }
}
