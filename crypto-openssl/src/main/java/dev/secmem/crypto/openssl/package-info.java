/** The cipher and the key derivation named {@code openssl}. */
package dev.secmem.crypto.openssl;
