module dev.secmem.app {
  requires dev.secmem.api;
  requires dev.secmem.linux;
  requires info.picocli;
  requires jdk.unsupported;

  uses dev.secmem.api.crypto.CipherProvider;
  uses dev.secmem.api.identity.AuthenticatorProvider;
  uses dev.secmem.api.store.SecretStoreProvider;
  uses dev.secmem.api.transport.TransportProvider;
}
