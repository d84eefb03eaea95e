/** Storage of sealed records: {@link dev.secmem.api.store.SecretStore} and its provider. */
package dev.secmem.api.store;
