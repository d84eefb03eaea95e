package dev.secmem.bench.guarded;

import dev.secmem.store.heapless.Enclave;

/** What an enclave of 32 bytes costs in memory: the heap's growth by a million of them. */
public final class EnclaveFootprint {
  private static final int COUNT = 1_000_000;

  private EnclaveFootprint() {}

  public static void main(String[] arguments) throws Exception {
    Enclave[] all = new Enclave[COUNT];
    Enclave.random(32);
    long before = used();
    for (int i = 0; i < COUNT; i++) {
      all[i] = Enclave.of(new byte[32]);
    }
    long bytes = used() - before;
    System.out.printf("enclave of 32 bytes: %d bytes each%n", bytes / COUNT);
    all[COUNT / 2].open().close();
  }

  private static long used() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
