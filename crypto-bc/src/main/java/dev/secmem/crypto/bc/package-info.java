/** The cipher named {@code bc}. */
package dev.secmem.crypto.bc;
