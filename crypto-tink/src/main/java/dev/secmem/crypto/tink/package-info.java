/** The cipher named {@code tink}. */
package dev.secmem.crypto.tink;
