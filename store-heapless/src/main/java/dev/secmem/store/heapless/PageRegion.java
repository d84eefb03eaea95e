package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Pages of a buffer's own. The bytes end where the upper guard page begins, so that the first one
 * past them kills the process; what is left over at the beginning of the first page holds a canary.
 */
final class PageRegion extends Region {
  private final Mapping mapping;
  private final Spares spares;
  private final int size;
  private final int slack;
  private final Set<Protection> protections;

  /**
   * A mapping with its buffers, of which a larger one needs two: none spans more than 2 GiB.
   *
   * @param memory all of a single page; else from the first byte of the content on
   * @param head the first page
   */
  record Mapping(Pages pages, ByteBuffer memory, ByteBuffer head) {}

  private PageRegion(Mapping mapping, Spares spares, int size, int slack) {
    this.mapping = mapping;
    this.spares = spares;
    this.size = size;
    this.slack = slack;
    this.protections = describe(mapping.pages().kind, slack > 0);
    Canary.write(mapping.head(), 0, slack, mapping.pages().word);
  }

  /** Maps a region, or takes a spare page; it is writable. */
  static PageRegion open(int size, Pages.Wish wish) throws PluginException {
    long page = NativeMemory.PAGE_BYTES;
    long all = (size + page - 1) / page * page;
    int slack = (int) (all - size);
    Spares spares = all == page ? Spares.of(wish) : null;
    Mapping mapping = spares == null ? null : spares.take();
    if (mapping == null) {
      Pages pages = Pages.open(all, wish);
      ByteBuffer head = pages.memory.buffer(0, (int) page);
      mapping = new Mapping(pages, all == page ? head : pages.memory.buffer(slack, size), head);
    }
    return new PageRegion(mapping, spares, size, slack);
  }

  private static Set<Protection> describe(Pages.Kind kind, boolean canary) {
    EnumSet<Protection> set = protectionsOf(kind);
    set.add(Protection.GUARDED);
    set.add(Protection.CLOSED_AT_REST);
    if (canary) {
      set.add(Protection.CANARY);
    }
    return Collections.unmodifiableSet(set);
  }

  /** What pages of a kind have by themselves. */
  static EnumSet<Protection> protectionsOf(Pages.Kind kind) {
    EnumSet<Protection> set = EnumSet.of(Protection.NOT_DUMPED, Protection.NOT_FORKED);
    if (kind != Pages.Kind.UNLOCKED) {
      set.add(Protection.LOCKED);
    }
    if (kind == Pages.Kind.SECRET) {
      set.add(Protection.HIDDEN);
    }
    return set;
  }

  @Override
  ByteBuffer memory() {
    return mapping.memory();
  }

  @Override
  int offset() {
    return mapping.memory() == mapping.head() ? slack : 0;
  }

  @Override
  Set<Protection> protections() {
    return protections;
  }

  @Override
  void permit(NativeMemory.Access access) {
    mapping.pages().protect(access);
  }

  @Override
  boolean intact() {
    return Canary.difference(mapping.head(), 0, slack, mapping.pages().word) == 0;
  }

  @Override
  void wipe() {
    mapping.pages().memory.wipePart(slack, size);
  }

  @Override
  void release(boolean damaged) {
    if (!damaged && spares != null) {
      // The next buffer may be longer, and its bytes begin as zeroes.
      mapping.pages().memory.wipePart(0, slack);
      if (spares.give(mapping)) {
        return;
      }
    }
    mapping.pages().close();
  }
}
