package dev.secmem.app.agent;

import dev.secmem.app.engine.AuditSink;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * Standard error without waiting: lines go into a buffer that a thread of its own writes out, so
 * that a terminal that was stopped or a pipe that nobody reads never holds up a request. What does
 * not fit is counted, and the count is written once there is room again.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class StderrWriter implements AuditSink, AutoCloseable {
  private static final int STDERR = 2;
  private static final int BUFFER_BYTES = 512 * 1024;
  private static final long GATHER_MILLIS = 2;
  private static final long CLOSE_MILLIS = 1000;
  private static final long FULL_MILLIS = 10;
  private static final long FAILED_MILLIS = 100;
  private static final long FAILED_NANOS = FAILED_MILLIS * 1_000_000;
  private static final long LONGEST_FAILED_MILLIS = 5000;

  private ByteBuffer filling = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private ByteBuffer writing = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Thread thread = new Thread(this::run, "secmem-stderr");
  private long dropped;
  private boolean closed;
  private boolean broken;

  StderrWriter() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a line of text without its end. */
  void line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    line(bytes, bytes.length);
  }

  @Override
  public synchronized void line(byte[] bytes, int lengthBytes) {
    if (broken || closed || filling.remaining() < lengthBytes) {
      dropped++;
      return;
    }
    if (filling.position() == 0) {
      notifyAll();
    }
    filling.put(bytes, 0, lengthBytes);
  }

  private void run() {
    boolean more = true;
    boolean taken = false;
    while (more) {
      try {
        taken = taken || take();
        more = taken && writeOut();
        taken = false;
      } catch (InterruptedException e) {
        giveUp();
        more = false;
      } catch (RuntimeException | Error e) {
        // For want of heap, most likely: what was not taken, or not written, waits.
        LockSupport.parkNanos(FAILED_NANOS);
      }
    }
  }

  /** Waits for something to write and takes all that is there; false at the end. */
  private synchronized boolean take() throws InterruptedException {
    // What was dropped is told even if no further line comes.
    while (filling.position() == 0 && dropped == 0) {
      if (closed) {
        return false;
      }
      wait();
    }
    if (!closed) {
      wait(GATHER_MILLIS); // lines come in bursts: one write for many
    }
    reportDropped();
    ByteBuffer full = filling.flip();
    filling = writing;
    writing = full;
    return true;
  }

  private void reportDropped() {
    if (dropped > 0) {
      byte[] note =
          ("secmem-agent: " + dropped + " lines dropped: standard error was blocked\n")
              .getBytes(StandardCharsets.US_ASCII);
      if (filling.remaining() >= note.length) {
        filling.put(note);
        dropped = 0;
      }
    }
  }

  /**
   * Writes what was taken; false once there is nobody who could read it, and nowhere to say so: the
   * audit's ring stays. Every other failure can end: it was made non-blocking by whoever shares it,
   * or is a file on a disk that is full.
   */
  private boolean writeOut() throws InterruptedException {
    long failedMillis = FAILED_MILLIS;
    while (writing.hasRemaining()) {
      try {
        Descriptor.write(STDERR, writing);
      } catch (LinuxException e) {
        if (e.errno() == Errno.EPIPE || e.errno() == Errno.EBADF) {
          giveUp();
          return false;
        }
        if (e.errno() == Errno.EAGAIN) {
          Thread.sleep(FULL_MILLIS);
        } else {
          Thread.sleep(failedMillis);
          failedMillis = Math.min(2 * failedMillis, LONGEST_FAILED_MILLIS);
        }
      }
    }
    writing.clear();
    return true;
  }

  private synchronized void giveUp() {
    broken = true;
    filling.clear();
  }

  /** Writes out what was taken, unless that takes longer than a second. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
