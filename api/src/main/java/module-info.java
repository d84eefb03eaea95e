/**
 * The types that secmem's parts share and the interfaces its plugins implement.
 *
 * <p>Needs the JDK only. A plugin module requires this one and {@code provides} one of the provider
 * interfaces below; a host looks them up with {@link dev.secmem.api.Plugins}.
 *
 * @uses dev.secmem.api.store.SecretStoreProvider makes stores of sealed records
 * @uses dev.secmem.api.crypto.CipherProvider makes authenticated ciphers
 * @uses dev.secmem.api.crypto.KeyDerivationProvider makes what keys are derived with
 * @uses dev.secmem.api.transport.TransportProvider makes servers and clients
 * @uses dev.secmem.api.identity.AuthenticatorProvider makes judges of who the peer is
 */
module dev.secmem.api {
  exports dev.secmem.api;
  exports dev.secmem.api.client;
  exports dev.secmem.api.crypto;
  exports dev.secmem.api.identity;
  exports dev.secmem.api.store;
  exports dev.secmem.api.transport;

  uses dev.secmem.api.crypto.CipherProvider;
  uses dev.secmem.api.crypto.KeyDerivationProvider;
  uses dev.secmem.api.identity.AuthenticatorProvider;
  uses dev.secmem.api.store.SecretStoreProvider;
  uses dev.secmem.api.transport.TransportProvider;
}
