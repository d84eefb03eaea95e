package dev.secmem.app.engine;

/** What all uids have at one moment. */
public record EngineCounts(long secrets, int connections) {}
