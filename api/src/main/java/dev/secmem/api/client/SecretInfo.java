package dev.secmem.api.client;

import java.util.OptionalLong;

/**
 * What an agent says of a secret. Holds no value.
 *
 * @param ownerUid the uid that put it
 * @param version grows with every put and never comes again
 * @param ttlMillis what remained when the agent answered, rounded up
 * @param sizeBytes the value's length
 * @param reads deliveries so far; 0 where the reply does not say
 * @param readsLeft deliveries to come, or empty when not limited or not said
 * @param bind what it is bound to, as {@code session}; empty if nothing, not said, or another's
 * @param grade how well it must be kept: {@code hidden}, {@code locked}, {@code any}; empty if not
 *     said
 */
public record SecretInfo(
    String name,
    long ownerUid,
    long version,
    long ttlMillis,
    long sizeBytes,
    long reads,
    OptionalLong readsLeft,
    String bind,
    String grade) {}
