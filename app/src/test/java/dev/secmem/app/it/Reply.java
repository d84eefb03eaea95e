package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One reply of the agent.
 *
 * @param line without its LF
 * @param descriptor what came with it, -1 for none; owned by this
 */
record Reply(String line, int descriptor) implements AutoCloseable {

  boolean isOk() {
    return line.equals("OK") || line.startsWith("OK ");
  }

  /** {@code ok}, or the error's code. */
  String code() {
    if (isOk()) {
      return "ok";
    }
    String[] words = line.split(" ", 3);
    if (words.length < 3 || !words[0].equals("ERR")) {
      throw new AssertionError("neither OK nor ERR with a message: " + line);
    }
    return words[1];
  }

  /** The value of a field. */
  String field(String key) {
    for (String word : line.split(" ")) {
      if (word.startsWith(key + "=")) {
        return word.substring(key.length() + 1);
      }
    }
    throw new AssertionError("no " + key + " in: " + line);
  }

  long number(String key) {
    return Long.parseLong(field(key));
  }

  /** The whole body; closes the descriptor. */
  byte[] body() {
    if (descriptor < 0) {
      throw new AssertionError("no body came with: " + line);
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.allocateDirect((int) Descriptor.status(descriptor).sizeBytes() + 1);
      while (Descriptor.read(descriptor, bytes) > 0) {}
      byte[] content = new byte[bytes.flip().remaining()];
      bytes.get(content);
      return content;
    } catch (LinuxException e) {
      throw new AssertionError(e);
    } finally {
      close();
    }
  }

  String text() {
    return new String(body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      Descriptor.close(descriptor);
    }
  }
}
