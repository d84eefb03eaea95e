package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Mnemonics and passphrases, in native memory only. */
final class SecretLines {
  private SecretLines() {}

  /** All of standard input but a newline at its end; the caller closes it. */
  static Value fromStdin() throws LinuxException, IOException, CtlException {
    Value value = StdinValue.read(KeyInput.STDIN);
    dropNewline(value.bytes());
    return value;
  }

  /** Leaves out a newline at the end. */
  static void dropNewline(ByteBuffer bytes) {
    if (bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\n') {
      bytes.limit(bytes.limit() - 1);
    }
  }

  /** The words and, if it is not empty, the passphrase on a line after them; the caller closes. */
  static Value join(ByteBuffer words, ByteBuffer passphrase) throws LinuxException {
    LockedMemory memory = LockedMemory.allocate(words.remaining() + 1 + passphrase.remaining());
    ByteBuffer joined = memory.buffer();
    joined.put(words.duplicate());
    if (passphrase.hasRemaining()) {
      joined.put((byte) '\n').put(passphrase.duplicate());
    }
    return new Value(memory, joined.flip());
  }

  /** Whether both hold the same, in a time that depends on their lengths only. */
  static boolean equal(ByteBuffer one, ByteBuffer other) {
    if (one.remaining() != other.remaining()) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < one.remaining(); i++) {
      difference |= one.get(one.position() + i) ^ other.get(other.position() + i);
    }
    return difference == 0;
  }
}
