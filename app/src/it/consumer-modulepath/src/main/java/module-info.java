/** Names the interface, never a provider. */
module org.example.consumer {
  requires dev.secmem.api;

  uses dev.secmem.api.crypto.CipherProvider;
}
