package dev.secmem.app.agent;

import dev.secmem.api.identity.AuthenticatorOptions;
import dev.secmem.app.engine.EngineOptions;
import dev.secmem.app.engine.KeyOptions;
import java.util.List;
import java.util.Set;

/**
 * What the command line asked for.
 *
 * @param socket the socket's path, or null for the default
 * @param socketMode permission bits, or -1
 * @param identity what grants may name
 * @param store the store's name, or null for the first that works
 * @param cipher the cipher's name, or null
 * @param transport the transport's name, or null
 * @param keyDerivation the key derivation's name, or null
 * @param auditToStderr whether audit lines are written to standard error, too, not only kept
 * @param sandbox whether system calls are filtered
 * @param require protections without which the agent does not start
 * @param service what concerns the agent as a service
 * @param command the program to run and serve, empty for none
 */
record AgentSettings(
    String socket,
    int socketMode,
    Set<Long> allowedUids,
    Set<Long> allowedGids,
    AuthenticatorOptions identity,
    String store,
    String cipher,
    String transport,
    String keyDerivation,
    EngineOptions engine,
    KeyOptions keys,
    long idleTimeoutMillis,
    boolean auditToStderr,
    boolean sandbox,
    Set<Protection> require,
    System.Logger.Level logLevel,
    ServiceSettings service,
    List<String> command) {}
