/**
 * The programs {@code secmem-agent} and {@code secmemctl}.
 *
 * <p>Names no plugin: stores, ciphers, key derivation, transports and authenticators come from
 * whatever modules are there.
 *
 * @uses dev.secmem.api.store.SecretStoreProvider where the agent keeps sealed records
 * @uses dev.secmem.api.crypto.CipherProvider what the agent seals them with
 * @uses dev.secmem.api.crypto.KeyDerivationProvider what keys are derived and used with
 * @uses dev.secmem.api.transport.TransportProvider how secmemctl reaches an agent, and the agent
 *     its clients
 * @uses dev.secmem.api.identity.AuthenticatorProvider who judges grants
 * @provides java.lang.System.LoggerFinder logs to standard error without waiting
 */
module dev.secmem.app {
  requires dev.secmem.api;
  requires dev.secmem.linux;
  requires info.picocli;
  requires jdk.unsupported;

  uses dev.secmem.api.crypto.CipherProvider;
  uses dev.secmem.api.crypto.KeyDerivationProvider;
  uses dev.secmem.api.identity.AuthenticatorProvider;
  uses dev.secmem.api.store.SecretStoreProvider;
  uses dev.secmem.api.transport.TransportProvider;

  provides java.lang.System.LoggerFinder with
      dev.secmem.app.agent.AgentLog;
}
