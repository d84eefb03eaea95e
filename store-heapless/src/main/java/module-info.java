/**
 * Guarded memory outside the Java heap, and a store of sealed records in such memory.
 *
 * <p>A program that wants a key or a password out of the collector's reach begins at {@link
 * dev.secmem.store.heapless.LockedBuffer}. Enclaves and streams need a cipher plugin beside it.
 *
 * @uses dev.secmem.api.crypto.CipherProvider what enclaves are sealed with
 * @provides dev.secmem.api.store.SecretStoreProvider the store named {@code heapless}
 */
module dev.secmem.store.heapless {
  requires transitive dev.secmem.api;
  requires dev.secmem.linux;
  requires jdk.jfr;
  requires jdk.unsupported;

  exports dev.secmem.store.heapless;

  uses dev.secmem.api.crypto.CipherProvider;

  provides dev.secmem.api.store.SecretStoreProvider with
      dev.secmem.store.heapless.HeaplessStoreProvider;
}
