/**
 * Keeps sealed records in sealed memfd slabs: files in RAM of which this process holds the only
 * view that can ever be written.
 *
 * @provides dev.secmem.api.store.SecretStoreProvider the store named {@code memfd}
 */
module dev.secmem.store.memfd {
  requires transitive dev.secmem.api;
  requires dev.secmem.linux;

  exports dev.secmem.store.memfd;

  provides dev.secmem.api.store.SecretStoreProvider with
      dev.secmem.store.memfd.MemfdStoreProvider;
}
