/** The store of sealed memfd slabs; {@link MemfdStoreProvider} makes it. */
package dev.secmem.store.memfd;
