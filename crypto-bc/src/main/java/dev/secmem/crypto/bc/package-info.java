/** The cipher and the key derivation named {@code bc}. */
package dev.secmem.crypto.bc;
