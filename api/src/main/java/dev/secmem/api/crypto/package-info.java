/** Authenticated encryption: {@link dev.secmem.api.crypto.Cipher} and its provider. */
package dev.secmem.api.crypto;
