package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes that are gathered in {@link LockedMemory}. What is outgrown is wiped, and close wipes the
 * rest. Confined.
 */
final class LockedBytes implements ByteSink, AutoCloseable {
  private LockedMemory memory;
  private ByteBuffer buffer;

  private LockedBytes(LockedMemory memory) {
    this.memory = memory;
    this.buffer = memory.buffer();
  }

  static LockedBytes withRoomFor(int firstBytes) throws LinuxException {
    return new LockedBytes(LockedMemory.allocate(Math.max(1, firstBytes)));
  }

  /** How many there are. */
  int size() {
    return buffer.position();
  }

  /** Those from {@code from} to {@code to}; valid until more are added. */
  ByteBuffer slice(int from, int to) {
    return buffer.slice(from, to - from);
  }

  /** All of them; valid until more are added. */
  ByteBuffer all() {
    return slice(0, size());
  }

  byte get(int index) {
    return buffer.get(index);
  }

  void add(byte value) throws LinuxException, IOException {
    ensureRoom(1);
    buffer.put(value);
  }

  /** Adds text that is no secret. */
  void add(String text) throws LinuxException, IOException {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds bytes that are no secret. */
  void add(byte[] bytes) throws LinuxException, IOException {
    ensureRoom(bytes.length);
    buffer.put(bytes);
  }

  /** Adds a part of what is here already. */
  void addCopy(int from, int to) throws LinuxException, IOException {
    ensureRoom(to - from);
    buffer.put(slice(from, to));
  }

  @Override
  public void write(ByteBuffer direct) throws LinuxException, IOException {
    ensureRoom(direct.remaining());
    buffer.put(direct);
  }

  /** Adds a body, which is borrowed. */
  void add(Delivery delivery) throws SecretClientException, LinuxException, IOException {
    int end = ensureRoom(delivery.sizeBytes());
    for (int start = size(); size() < end; ) {
      ByteBuffer room = buffer.duplicate().limit(end);
      if (delivery.read(size() - start, room) <= 0) {
        throw new SecretClientException(
            SecretClientException.Reason.BAD_REPLY, "the body is shorter than it was said", null);
      }
      buffer.position(room.position());
    }
  }

  /** Wipes all of them; there are none then. */
  void clear() {
    NativeMemory.wipe(buffer.flip());
    buffer.clear();
  }

  /** Gives where {@code count} more bytes end. */
  private int ensureRoom(long count) throws LinuxException, IOException {
    long end = size() + count;
    if (end > ValueSource.MAX_BYTES) {
      throw new IOException("more than " + (ValueSource.MAX_BYTES >> 20) + " MiB at once");
    }
    if (end > buffer.capacity()) {
      LockedMemory larger = LockedMemory.allocate(Math.max(end, 2L * buffer.capacity()));
      ByteBuffer moved = larger.buffer().put(buffer.flip());
      memory.close();
      memory = larger;
      buffer = moved;
    }
    return (int) end;
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "LockedBytes";
  }
}
