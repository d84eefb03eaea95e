/** The cipher named {@code openssl}. */
package dev.secmem.crypto.openssl;
