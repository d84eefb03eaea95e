package dev.secmem.app.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Events on their way to the audit's one writer: a bounded ring of slots that are made once, so
 * that an event costs a request no allocation and no lock.
 *
 * <p>{@link #offer} is safe for use by multiple concurrent threads; {@link #poll} is serial. (The
 * algorithm is Dmitry Vyukov's bounded queue: each slot carries the ticket that may use it next.)
 */
final class AuditQueue {
  private final int mask;
  private final Slot[] slots;
  private final AtomicLongArray tickets;
  private final AtomicLong tail = new AtomicLong();
  private volatile long head;

  /** One event. */
  static final class Slot {
    long wallMillis;
    long boottimeNanos;
    String event;
    String result;
    String name;
    long owner;
    long version;
    long uid;
    long gid;
    int pid;
    String exe;
  }

  /**
   * @param capacity a power of two
   */
  AuditQueue(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity must be a power of two");
    }
    mask = capacity - 1;
    slots = new Slot[capacity];
    tickets = new AtomicLongArray(capacity);
    for (int i = 0; i < capacity; i++) {
      slots[i] = new Slot();
      tickets.set(i, i);
    }
  }

  /** Fills a slot while it is the caller's. */
  @FunctionalInterface
  interface Filler<A> {
    void fill(Slot slot, A source);
  }

  /**
   * Adds an event.
   *
   * @return false if the queue is full
   */
  <A> boolean offer(Filler<A> filler, A source) {
    long ticket = tail.get();
    while (true) {
      int index = (int) ticket & mask;
      long difference = tickets.get(index) - ticket;
      if (difference == 0) {
        if (tail.compareAndSet(ticket, ticket + 1)) {
          try {
            filler.fill(slots[index], source);
          } finally {
            tickets.set(index, ticket + 1);
          }
          return true;
        }
      } else if (difference < 0) {
        return false;
      }
      ticket = tail.get();
    }
  }

  /** The oldest event, valid until {@link #release}; null if there is none. */
  Slot poll() {
    int index = (int) head & mask;
    return tickets.get(index) == head + 1 ? slots[index] : null;
  }

  /** Gives the slot of the latest poll back. */
  void release() {
    int index = (int) head & mask;
    slots[index].event = null; // so that one whose filling fails does not repeat this one
    slots[index].name = null;
    slots[index].exe = null;
    tickets.set(index, head + slots.length);
    head = head + 1;
  }

  /** How many events were ever added. */
  long added() {
    return tail.get();
  }

  /** How many events were ever taken and given back. */
  long taken() {
    return head;
  }

  boolean isMoreThanHalfFull() {
    return tail.get() - head > slots.length / 2;
  }
}
