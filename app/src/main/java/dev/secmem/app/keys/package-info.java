/**
 * Keys from one mnemonic: BIP39, SLIP-0010 and BIP32 paths, and what is made of the nodes.
 *
 * <p>Secrets are in native memory only: slots of the key arena, pages of this package's own, or
 * buffers that the caller lends. All of it is wiped before a method returns, but for its result.
 */
package dev.secmem.app.keys;
