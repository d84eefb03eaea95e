/**
 * A long run of mixed requests, each checked against the client's own model of what the agent
 * holds. {@code bench/soak} starts it; bench/README.md says what it tells.
 */
package dev.secmem.bench.soak;
