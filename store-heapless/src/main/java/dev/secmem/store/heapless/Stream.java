package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A queue of bytes that lie encrypted from the write to the read, in enclaves of up to 16 KiB. It
 * grows with what is written and not read; it needs no closing.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads: what one
 * write brings stays together.
 */
public final class Stream {
  /** How long a chunk is at most. */
  public static final int CHUNK_BYTES = Lane.CHUNK_BYTES;

  private final ArrayDeque<Enclave> chunks = new ArrayDeque<>();
  private long size;

  /** How much of the first chunk was read: the rest stays encrypted where it is. */
  private int skip;

  /** An empty stream. */
  public Stream() {}

  /** Appends a part of an array, which stays as it is. */
  public void write(byte[] source, int from, int length) throws PluginException {
    Objects.checkFromIndexSize(from, length, source.length);
    Session session = Session.current();
    List<Enclave> sealed = new ArrayList<>(length / CHUNK_BYTES + 1);
    for (int done = 0; done < length; done += CHUNK_BYTES) {
      int part = Math.min(CHUNK_BYTES, length - done);
      sealed.add(Enclave.ofPart(session, source, from + done, part));
    }
    synchronized (this) {
      chunks.addAll(sealed);
      size += length;
    }
  }

  /** How many bytes were written and not read. */
  public synchronized long size() {
    return size;
  }

  /**
   * Takes bytes from the front, at most the rest of one chunk.
   *
   * @return how many, -1 if the stream is empty
   */
  public synchronized int read(byte[] target, int from, int length) throws PluginException {
    Objects.checkFromIndexSize(from, length, target.length);
    if (length == 0) {
      return 0;
    }
    Enclave first = chunks.peekFirst();
    if (first == null) {
      return -1;
    }
    int count = Math.min(length, first.size() - skip);
    first.openPart(skip, target, from, count);
    size -= count;
    skip += count;
    if (skip == first.size()) {
      chunks.pollFirst();
      skip = 0;
    }
    return count;
  }

  /**
   * Takes the rest of the first chunk.
   *
   * @return a frozen buffer that the caller closes, of size 0 if the stream is empty
   */
  public LockedBuffer next() throws PluginException {
    return take(false);
  }

  /**
   * Takes all there is.
   *
   * @return a frozen buffer that the caller closes
   */
  public LockedBuffer flush() throws PluginException {
    return take(true);
  }

  private synchronized LockedBuffer take(boolean all) throws PluginException {
    Enclave first = chunks.peekFirst();
    long wanted = all ? size : first == null ? 0 : first.size() - skip;
    if (wanted > Integer.MAX_VALUE) {
      throw Failure.of(PluginException.Reason.NO_SPACE, "the stream holds more than 2 GiB");
    }
    LockedBuffer result =
        BufferFactory.ownPages()
            .on(Session.wish())
            .make(
                (int) wanted,
                true,
                target -> {
                  int toSkip = skip;
                  for (Enclave chunk : chunks) {
                    if (!target.hasRemaining()) {
                      break;
                    }
                    int from = toSkip;
                    toSkip = 0;
                    try (LockedBuffer part = chunk.open()) {
                      part.with(view -> target.put(view.raw().position(from)));
                    }
                  }
                });
    // Only now: what could not be opened stays where it is.
    for (long left = wanted + skip; left > 0; ) {
      left -= chunks.pollFirst().size();
    }
    size -= wanted;
    skip = 0;
    return result;
  }

  /** Writes to this stream; a failure is an IOException whose cause is the PluginException. */
  public OutputStream outputStream() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        byte[] one = {(byte) value};
        try {
          write(one, 0, 1);
        } finally {
          one[0] = 0;
        }
      }

      @Override
      public void write(byte[] source, int from, int length) throws IOException {
        try {
          Stream.this.write(source, from, length);
        } catch (PluginException e) {
          throw new IOException(e.getMessage(), e);
        }
      }
    };
  }

  /** Reads from this stream; a failure is an IOException whose cause is the PluginException. */
  public InputStream inputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        try {
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        } finally {
          one[0] = 0;
        }
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        try {
          return Stream.this.read(target, from, length);
        } catch (PluginException e) {
          throw new IOException(e.getMessage(), e);
        }
      }

      @Override
      public int available() {
        return (int) Math.min(Integer.MAX_VALUE, size());
      }
    };
  }

  @Override
  public String toString() {
    return "stream of " + size() + " encrypted bytes";
  }
}
