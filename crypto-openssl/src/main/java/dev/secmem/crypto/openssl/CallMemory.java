package dev.secmem.crypto.openssl;

import dev.secmem.linux.NativeLibrary;
import dev.secmem.linux.NativeMemory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory for the arguments of one call of libcrypto's that it takes by address, one piece a
 * thread: the list of parameters (OSSL_PARAM(3)), a length, a signature, a private key with its
 * bytes reversed.
 *
 * <p>Confined. Nothing secret is in it but what {@link #putReversed} puts, until {@link #wipe}.
 */
final class CallMemory {
  private static final int PARAM_BYTES = 40;
  private static final int MAX_PARAMS = 6;
  private static final int VALUES_AT = PARAM_BYTES * (MAX_PARAMS + 1);
  private static final int LENGTH_AT = VALUES_AT + Long.BYTES * MAX_PARAMS;
  private static final int SIGNATURE_AT = LENGTH_AT + Long.BYTES;
  private static final int SIGNATURE_BYTES = 80;
  private static final int KEY_AT = SIGNATURE_AT + SIGNATURE_BYTES;
  private static final int KEY_BYTES = 32;

  /** OSSL_PARAM_UNSIGNED_INTEGER, OSSL_PARAM_UTF8_STRING, OSSL_PARAM_OCTET_STRING. */
  private static final int UNSIGNED_INTEGER = 2;

  private static final int UTF8_STRING = 4;
  private static final int OCTET_STRING = 5;

  private static final ThreadLocal<CallMemory> OF_THREAD = ThreadLocal.withInitial(CallMemory::new);

  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(KEY_AT + KEY_BYTES).order(ByteOrder.nativeOrder());
  private final ByteBuffer key = memory.slice(KEY_AT, KEY_BYTES);
  private final long address = NativeLibrary.addressOf(memory);
  private int params;

  private CallMemory() {}

  /** This thread's, with an empty list of parameters. */
  static CallMemory get() {
    CallMemory own = OF_THREAD.get();
    own.params = 0;
    return own;
  }

  /** Adds a parameter of bytes that the caller keeps reachable. */
  CallMemory octets(ByteBuffer name, ByteBuffer value) {
    return add(name, OCTET_STRING, NativeLibrary.addressOf(value), value.remaining());
  }

  /** Adds a parameter of text that ends with a NUL and is kept reachable. */
  CallMemory text(ByteBuffer name, ByteBuffer value) {
    return add(name, UTF8_STRING, NativeLibrary.addressOf(value), value.remaining() - 1);
  }

  /** Adds a parameter that is a number. */
  CallMemory number(ByteBuffer name, int value) {
    int at = VALUES_AT + Long.BYTES * params;
    memory.putInt(at, value);
    return add(name, UNSIGNED_INTEGER, address + at, Integer.BYTES);
  }

  /** Adds the number that {@link #putReversed} put. */
  CallMemory reversed(ByteBuffer name) {
    return add(name, UNSIGNED_INTEGER, address + KEY_AT, KEY_BYTES);
  }

  private CallMemory add(ByteBuffer name, int type, long value, long valueBytes) {
    if (params == MAX_PARAMS) {
      throw new IllegalStateException("a call has at most " + MAX_PARAMS + " parameters");
    }
    int at = PARAM_BYTES * params++;
    memory.putLong(at, NativeLibrary.addressOf(name));
    memory.putInt(at + 8, type);
    memory.putLong(at + 16, value);
    memory.putLong(at + 24, valueBytes);
    memory.putLong(at + 32, 0);
    return this;
  }

  /** Ends the list of parameters; where it lies. */
  long params() {
    memory.putLong(PARAM_BYTES * params, 0);
    return address;
  }

  /** Where a length lies that libcrypto reads and writes, set to {@code bytes}. */
  long length(long bytes) {
    memory.putLong(LENGTH_AT, bytes);
    return address + LENGTH_AT;
  }

  /** Where an address lies that libcrypto writes, set to none; shares its place with the length. */
  long pointer() {
    return length(0);
  }

  /** What libcrypto wrote there. */
  long written() {
    return memory.getLong(LENGTH_AT);
  }

  /** Where a signature of {@link #signatureRoom} bytes fits. */
  long signature() {
    return address + SIGNATURE_AT;
  }

  int signatureRoom() {
    return SIGNATURE_BYTES;
  }

  /** The first bytes of it. */
  ByteBuffer signature(int bytes) {
    return memory.slice(SIGNATURE_AT, bytes);
  }

  /** Takes a big-endian number of 32 bytes as the machine's own little-endian one. */
  void putReversed(ByteBuffer number) {
    int at = number.position();
    for (int i = 0; i < KEY_BYTES; i++) {
      key.put(KEY_BYTES - 1 - i, number.get(at + i));
    }
  }

  /** Wipes what {@link #putReversed} put. */
  void wipe() {
    NativeMemory.wipe(key);
  }

  /** Native code knows addresses only: the collector must not free what it still works on. */
  static void keepReachable(ByteBuffer... buffers) {
    for (ByteBuffer buffer : buffers) {
      Reference.reachabilityFence(buffer);
    }
  }
}
