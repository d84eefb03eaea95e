package dev.secmem.app.engine;

/**
 * What {@code HELLO} and {@code STATUS} say of the agent.
 *
 * @param server name and version: {@code secmem-agent/0.1.0}
 */
public record AgentIdentity(String server, String store, String cipher, String transport) {}
