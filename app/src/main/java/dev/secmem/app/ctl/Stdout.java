package dev.secmem.app.ctl;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Standard output, written without a buffer on the Java heap and without losing an error. */
final class Stdout implements ByteSink {
  static final int FD = 1;
  static final Stdout INSTANCE = new Stdout();

  private Stdout() {}

  /** Writes text that is no secret. */
  static void write(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    INSTANCE.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }

  @Override
  public void write(ByteBuffer direct) throws IOException {
    try {
      Descriptor.write(FD, direct);
    } catch (LinuxException e) {
      throw new IOException("cannot write to standard output: " + e.getMessage(), e);
    }
  }
}
