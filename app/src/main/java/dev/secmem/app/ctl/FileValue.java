package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A value from a file. The channel reads into direct buffers without a copy on the heap. */
final class FileValue implements ValueSource {
  private final FileChannel file;

  FileValue(FileChannel file) {
    this.file = file;
  }

  static Value read(String path) throws LinuxException, IOException, CtlException {
    try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ)) {
      // One more than its size, so that its end is seen without growing.
      long expected = Math.min(file.size() + 1, MAX_BYTES);
      return ValueSource.readAll(new FileValue(file), (int) expected);
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return file.read(target);
  }
}
