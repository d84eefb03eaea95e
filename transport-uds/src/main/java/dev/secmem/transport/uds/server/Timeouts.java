package dev.secmem.transport.uds.server;

/** How long a client may be silent between lines, and within a line or before its replies. */
record Timeouts(long idleMillis, long stallMillis) {}
