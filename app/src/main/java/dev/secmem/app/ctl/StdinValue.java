package dev.secmem.app.ctl;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A value from a pipe or a file on standard input. */
final class StdinValue implements ValueSource {
  private static final int FIRST_BYTES = 64 * 1024;

  private final int fd;

  private StdinValue(int fd) {
    this.fd = fd;
  }

  static Value read(int fd) throws LinuxException, IOException, CtlException {
    return ValueSource.readAll(new StdinValue(fd), FIRST_BYTES);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      return Descriptor.read(fd, target);
    } catch (LinuxException e) {
      throw new IOException("cannot read standard input: " + e.getMessage(), e);
    }
  }
}
