/** Uses guarded memory and nothing else of the project; the cipher comes by itself. */
module org.example.consumer {
  requires dev.secmem.store.heapless;
}
