package dev.secmem.transport.uds.server;

import dev.secmem.api.Syntax;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Cuts what a connection receives into lines, and finds the line that each descriptor belongs to:
 * the last one begun in the bytes of the read that brought it.
 *
 * <p>One reader serves many connections, one after the other. Confined.
 */
final class LineReader {
  private static final int BUFFER_BYTES = 2 * Syntax.MAX_LINE_BYTES;

  /** What {@link #next} found. */
  enum Result {
    /** A line: {@link #line} and {@link #attachment} tell what it holds. */
    LINE,
    /** Bytes that can be no line; nothing after them means anything. */
    BROKEN,
    /** The peer sends nothing more, or took too long. */
    END
  }

  private final MessageChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] bytes = new byte[Syntax.MAX_LINE_BYTES];

  private int socket;
  private long idleMillis;
  private long stallMillis;
  private long timeoutInForce;
  // The unread bytes are those from start to end; those before scanned hold no LF.
  private int start;
  private int scanned;
  private int end;
  private long lineBeganNanos;
  private String line;
  // What belongs to the line at start, and to the last one that began in the latest read.
  private final Attachment first = new Attachment();
  private final Attachment last = new Attachment();
  private int lastStart;
  // What belongs to the line that next() gave.
  private final Attachment current = new Attachment();

  LineReader(MessageChannel channel) {
    this.channel = channel;
  }

  /** Begins with a new connection, whose receive timeout is {@code idleMillis} already. */
  void use(int newSocket, long newIdleMillis, long newStallMillis) {
    socket = newSocket;
    idleMillis = newIdleMillis;
    stallMillis = newStallMillis;
    timeoutInForce = newIdleMillis;
    start = 0;
    scanned = 0;
    end = 0;
    line = null;
  }

  /** Waits for the next line. What belonged to the one before is closed. */
  Result next() throws LinuxException {
    current.clear();
    while (true) {
      Result found = scan();
      if (found != null) {
        return found;
      }
      if (!receive()) {
        return Result.END;
      }
    }
  }

  /** The line without its LF: printable ASCII. */
  String line() {
    return line;
  }

  /** What came with the line; valid until the next call of {@link #next} or {@link #clear}. */
  Attachment attachment() {
    return current;
  }

  /** Ends with a connection: closes every descriptor that was received and not yet closed. */
  void clear() {
    current.clear();
    first.clear();
    last.clear();
  }

  private Result scan() {
    int limit = Math.min(end, start + Syntax.MAX_LINE_BYTES);
    while (scanned < limit) {
      byte b = buffer.get(scanned);
      if (b == '\n') {
        takeLine();
        return Result.LINE;
      }
      if (b < 0x20 || b > 0x7e) {
        return Result.BROKEN;
      }
      scanned++;
    }
    return end - start >= Syntax.MAX_LINE_BYTES ? Result.BROKEN : null;
  }

  private void takeLine() {
    int length = scanned - start;
    buffer.get(start, bytes, 0, length);
    line = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    current.moveFrom(first);
    if (last.isPresent() && lastStart == start) {
      current.moveFrom(last);
    }
    start = ++scanned;
  }

  private boolean receive() throws LinuxException {
    boolean inProgress = end > start;
    moveToFront();
    if (!setTimeout(inProgress)) {
      return false;
    }
    int before = end;
    int count = channel.receive(buffer.position(end).limit(BUFFER_BYTES));
    boolean attached = channel.descriptorCount() > 0 || channel.descriptorsDropped();
    end += count;
    int begun = lastLineBegun(before);
    if (attached) {
      attach(begun);
    }
    if (begun >= 0) {
      lineBeganNanos = System.nanoTime();
    }
    return count > 0;
  }

  private void moveToFront() {
    if (start == 0) {
      return;
    }
    int length = end - start;
    for (int i = 0; i < length; i++) {
      buffer.put(i, buffer.get(start + i));
    }
    if (last.isPresent()) {
      // It belongs to the line that is left: every earlier one was taken.
      first.moveFrom(last);
    }
    start = 0;
    scanned = length;
    end = length;
  }

  /** Where the last line begins that has its first byte at or after {@code from}; -1: nowhere. */
  private int lastLineBegun(int from) {
    for (int i = end - 1; i >= from; i--) {
      if (i == 0 || buffer.get(i - 1) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void attach(int begun) {
    if (begun > 0) {
      last.takeFrom(channel);
      lastStart = begun;
      return;
    }
    first.takeFrom(channel);
    if (begun < 0) {
      // It came while a line was in progress.
      first.markSurplus();
    }
  }

  /** Makes the kernel wait as long as may be; false if that time is already over. */
  private boolean setTimeout(boolean inProgress) throws LinuxException {
    long millis = idleMillis;
    if (inProgress) {
      long sinceNanos = System.nanoTime() - lineBeganNanos;
      millis = stallMillis - TimeUnit.NANOSECONDS.toMillis(sinceNanos);
    }
    if (millis <= 0) {
      return false;
    }
    if (millis != timeoutInForce) {
      UnixSocket.setReceiveTimeout(socket, millis);
      timeoutInForce = millis;
    }
    return true;
  }
}
