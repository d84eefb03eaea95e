/**
 * Guarded memory: {@link dev.secmem.store.heapless.LockedBuffer} for a secret in use, {@link
 * dev.secmem.store.heapless.Enclave} and {@link dev.secmem.store.heapless.Stream} for one at rest;
 * and the store named {@code heapless}.
 */
package dev.secmem.store.heapless;
