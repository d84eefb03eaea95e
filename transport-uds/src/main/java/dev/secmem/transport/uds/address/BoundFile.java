package dev.secmem.transport.uds.address;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The very file that a bind made. It is held open, so that its device and inode come to mean no
 * other file, even after it was removed.
 *
 * <p>Serial. Close is idempotent and never throws.
 */
final class BoundFile implements AutoCloseable {
  private final int place;
  private final Object key;
  private boolean closed;

  /** Takes hold of what lies at {@code file}. */
  BoundFile(Path file) throws LinuxException, IOException {
    place = Descriptor.openPlace(file.toString());
    boolean done = false;
    try {
      Path held = Path.of("/proc/self/fd/" + place);
      key = Files.readAttributes(held, "unix:fileKey").get("fileKey");
      done = true;
    } finally {
      if (!done) {
        Descriptor.close(place);
      }
    }
  }

  /** Whether this file lies there, as lstat(2) tells. */
  boolean isAt(Path file) throws IOException {
    Map<String, Object> found;
    try {
      found = Files.readAttributes(file, "unix:fileKey", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return false;
    }
    return key.equals(found.get("fileKey"));
  }

  /** Sets its times to now. */
  void touch() throws LinuxException {
    Descriptor.touch(place);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(place);
    }
  }
}
