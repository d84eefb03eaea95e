package dev.secmem.app.engine;

import java.nio.ByteBuffer;

/**
 * A data key as it may lie in ordinary memory.
 *
 * @param epoch the key's number, authenticated
 * @param salt what its wrapping key was derived with; direct, never changed
 * @param message the sealed key; direct, never changed
 */
record WrappedKey(int epoch, ByteBuffer salt, ByteBuffer message) {}
