package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.identity.Peer;
import dev.secmem.linux.Clock;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The audit: one chained JSON line for each decision, kept in a ring in RAM and handed to a sink.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Recording
 * never waits: one thread writes the lines, in batches; what it cannot take in time is counted in a
 * {@code dropped} line, whose {@code version} is the count.
 */
final class AuditLog implements AutoCloseable {
  static final int QUEUE_EVENTS = 4096;
  private static final long BATCH_NANOS = 10_000_000;
  private static final int QUIET_BATCHES = 30;
  private static final long WAIT_NANOS = 2_000_000_000L;
  private static final int PID = (int) ProcessHandle.current().pid();
  private static final long UID = OwnIdentity.uid();
  private static final long GID = OwnIdentity.gid();

  private final EngineOptions.AuditFilter filter;
  private final AuditSink sink;
  private final AuditQueue queue = new AuditQueue(QUEUE_EVENTS);
  private final AuditRing ring = new AuditRing();
  private final AuditLine line = new AuditLine();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;

  // Made in advance: when events are lost, there may be no heap for another.
  private final AuditQueue.Slot lossSlot = new AuditQueue.Slot();

  private volatile boolean sleeping;
  private volatile boolean closed;
  private long reported;
  private long seq;

  /** The newest line's number and hash. */
  record Head(long seq, String hash) {}

  AuditLog(EngineOptions.AuditFilter filter, AuditSink sink) throws LinuxException {
    this.filter = filter;
    this.sink = sink;
    this.writer = new Thread(this::run, "secmem-audit");
    this.writer.setDaemon(true);
  }

  void start() {
    writer.start();
  }

  /** Records a request's answer. */
  void answered(Exchange exchange) {
    Verb verb = exchange.request().verb();
    ErrorCode code = exchange.result();
    if (filter == EngineOptions.AuditFilter.ALL || code != null || changes(verb)) {
      if (filter == EngineOptions.AuditFilter.DENIED && code == null) {
        return;
      }
      // What a filler captures would take heap for each event.
      record(
          (slot, from) -> {
            about(slot, from.request().verb().event(), from.result(), from.peer());
            slot.name = from.name();
            slot.owner = from.owner();
            slot.version = from.version();
            slot.exe = from.program();
          },
          exchange);
    }
  }

  /** Records a decision on a connection; code null means that it was admitted. */
  void admitted(Peer peer, ErrorCode code) {
    if (filter == EngineOptions.AuditFilter.ALL || code != null) {
      record((slot, from) -> about(slot, AuditEvent.ADMIT, code, from), peer);
    }
  }

  /** Records that a secret's time ran out. */
  void expired(Entry entry) {
    if (filter != EngineOptions.AuditFilter.DENIED) {
      record(
          (slot, from) -> {
            aboutAgent(slot, AuditEvent.EXPIRE);
            slot.name = from.key.name();
            slot.owner = from.key.owner();
            slot.version = from.version;
          },
          entry);
    }
  }

  /** Records the agent's start or stop. */
  void agent(String event) {
    record((slot, from) -> aboutAgent(slot, from), event);
  }

  private static boolean changes(Verb verb) {
    return switch (verb) {
      case PUT, TOUCH, DEL, GRANT, REVOKE, RENAME, LOCK, UNLOCK -> true;
      default -> false;
    };
  }

  private static void about(AuditQueue.Slot slot, String event, ErrorCode code, Peer peer) {
    stamp(slot, event, code == null ? AuditEvent.OK : code.wire());
    slot.uid = peer.uid();
    slot.gid = peer.gid();
    slot.pid = peer.pid();
  }

  private static void aboutAgent(AuditQueue.Slot slot, String event) {
    stamp(slot, event, AuditEvent.OK);
    slot.uid = UID;
    slot.gid = GID;
    slot.pid = PID;
  }

  private static void stamp(AuditQueue.Slot slot, String event, String result) {
    slot.wallMillis = System.currentTimeMillis();
    slot.boottimeNanos = Clock.boottimeNanos();
    slot.event = event;
    slot.result = result;
    slot.name = null;
    slot.owner = -1;
    slot.version = 0;
    slot.exe = null;
  }

  <A> void record(AuditQueue.Filler<A> filler, A source) {
    try {
      if (!queue.offer(filler, source)) {
        dropped.incrementAndGet();
      }
    } catch (OutOfMemoryError e) {
      // In its slot, which the writer counts as dropped: what it was to tell happened all the same.
    }
    if (sleeping || queue.isMoreThanHalfFull()) {
      LockSupport.unpark(writer);
    }
  }

  /** Copies the newest lines, those of every event recorded before this call included. */
  int copyNewest(int most, TextBody body) throws LinuxException {
    flush();
    return ring.copyNewest(most, body);
  }

  /** The newest line's number and hash, every event recorded before this call included. */
  Head head() {
    flush();
    synchronized (line) {
      return new Head(seq, line.head());
    }
  }

  long droppedEvents() {
    return dropped.get();
  }

  private void flush() {
    long goal = queue.added();
    long deadline = System.nanoTime() + WAIT_NANOS;
    // A limit, so that a writer that died cannot hold a request for ever.
    while (queue.taken() < goal && System.nanoTime() < deadline) {
      LockSupport.unpark(writer);
      Thread.yield();
    }
  }

  private void run() {
    int quiet = 0;
    Clock.boottimeNanos(); // a thread's first look takes memory, which may be short later
    while (!closed || queue.taken() < queue.added()) {
      quiet = writeBatch() ? 0 : quiet + 1;
      if (closed) {
        continue;
      }
      if (quiet < QUIET_BATCHES) {
        LockSupport.parkNanos(this, BATCH_NANOS);
      } else {
        // Nothing for a while: sleep until somebody wakes us, but look once more after saying so.
        sleeping = true;
        if (queue.taken() == queue.added() && !closed) {
          LockSupport.park(this);
        }
        sleeping = false;
        quiet = 0;
      }
    }
  }

  private boolean writeBatch() {
    boolean any = false;
    AuditQueue.Slot event;
    while ((event = queue.poll()) != null) {
      any = true;
      writeOrDrop(event);
      queue.release();
    }
    long lost = dropped.get();
    if (lost != reported && writeLoss(lost - reported)) {
      reported = lost;
    }
    return any;
  }

  /** Writes how many were lost; false if that could not be written either, and is told later. */
  private boolean writeLoss(long count) {
    try {
      aboutAgent(lossSlot, AuditEvent.DROPPED);
      lossSlot.version = count;
      write(lossSlot);
      return true;
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  private void writeOrDrop(AuditQueue.Slot event) {
    try {
      write(event);
    } catch (RuntimeException | Error e) {
      // For want of heap, most likely. The thread must not end: nothing would be audited any more.
      dropped.incrementAndGet();
    }
  }

  private void write(AuditQueue.Slot event) {
    if (event.event == null) {
      throw new IllegalStateException("an event that could not be told");
    }
    synchronized (line) {
      line.write(seq + 1, event);
      seq++;
    }
    ring.add(line.bytes(), line.length());
    sink.line(line.bytes(), line.length());
  }

  /** Writes what was recorded, then ends. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (writer.isAlive()) {
      LockSupport.unpark(writer);
      try {
        writer.join(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    ring.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
