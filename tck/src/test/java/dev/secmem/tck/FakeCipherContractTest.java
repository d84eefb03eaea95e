package dev.secmem.tck;

import dev.secmem.api.crypto.CipherProvider;

/** A correct cipher passes: a contract that nobody can fulfil would show nothing. */
final class FakeCipherContractTest extends CipherContract {
  @Override
  protected CipherProvider provider() {
    return new FakeCipherProvider("");
  }
}
