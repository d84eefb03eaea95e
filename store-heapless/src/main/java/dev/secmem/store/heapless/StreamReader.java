package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a stream into guarded memory, through a small array on the heap that is wiped. */
final class StreamReader {
  private static final int CHUNK_BYTES = 4096;

  private final BufferFactory factory;
  private final InputStream source;
  private LockedBuffer content;
  private int count;

  StreamReader(BufferFactory factory, InputStream source) {
    this.factory = factory;
    this.source = java.util.Objects.requireNonNull(source);
  }

  LockedBuffer exactly(int sizeBytes) throws PluginException, IOException {
    content = factory.create(sizeBytes);
    return guarded(
        () -> {
          byte[] chunk = new byte[Math.min(CHUNK_BYTES, sizeBytes)];
          try {
            while (count < sizeBytes) {
              int read = source.read(chunk, 0, Math.min(chunk.length, sizeBytes - count));
              if (read < 0) {
                throw new EOFException("the stream ended");
              }
              append(chunk, read);
            }
          } finally {
            LockedBuffer.wipe(chunk);
          }
        });
  }

  LockedBuffer until(byte delimiter) throws PluginException, IOException {
    content = factory.create(CHUNK_BYTES);
    return guarded(
        () -> {
          byte[] chunk = new byte[CHUNK_BYTES];
          int held = 0;
          try {
            // A byte at a time: what comes after the delimiter stays in the stream.
            for (int next = source.read(); next < 0 || (byte) next != delimiter; ) {
              if (next < 0) {
                throw new EOFException("the stream ended before the delimiter");
              }
              if (held == chunk.length) {
                append(chunk, held);
                held = 0;
              }
              chunk[held++] = (byte) next;
              next = source.read();
            }
          } finally {
            try {
              append(chunk, held);
            } finally {
              LockedBuffer.wipe(chunk);
            }
          }
        });
  }

  LockedBuffer all() throws PluginException, IOException {
    content = factory.create(CHUNK_BYTES);
    return guarded(
        () -> {
          byte[] chunk = new byte[CHUNK_BYTES];
          try {
            for (int read = source.read(chunk); read >= 0; read = source.read(chunk)) {
              append(chunk, read);
            }
          } finally {
            LockedBuffer.wipe(chunk);
          }
        });
  }

  private LockedBuffer guarded(Reading reading) throws PluginException, IOException {
    boolean complete = false;
    try {
      LockedBuffer result;
      try {
        reading.run();
      } catch (IOException e) {
        result = exact();
        complete = true;
        throw new PartialReadException(result, e);
      }
      result = exact();
      complete = true;
      return result;
    } finally {
      if (!complete) {
        content.close();
      }
    }
  }

  private void append(byte[] chunk, int length) throws PluginException {
    if (length > content.size() - count) {
      long wanted = Math.max((long) count + length, 2L * content.size());
      if ((long) count + length > Integer.MAX_VALUE) {
        throw Failure.of(PluginException.Reason.NO_SPACE, "the stream has more than 2 GiB");
      }
      resize((int) Math.min(Integer.MAX_VALUE, wanted));
    }
    content.with(view -> view.put(count, chunk, 0, length));
    count += length;
  }

  /** The content in a buffer of its own size, frozen. */
  private LockedBuffer exact() throws PluginException {
    if (content.size() != count) {
      resize(count);
    }
    content.freeze();
    return content;
  }

  private void resize(int sizeBytes) throws PluginException {
    LockedBuffer old = content;
    content =
        old.<LockedBuffer, PluginException>withResult(
            from ->
                factory.make(
                    sizeBytes, false, to -> to.put(0, from.raw(), 0, Math.min(count, sizeBytes))));
    old.close();
  }

  private interface Reading {
    void run() throws PluginException, IOException;
  }
}
