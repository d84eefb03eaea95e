package dev.secmem.app.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The entries that have grants, by name, so that a name can be looked up without knowing its owner.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class GrantIndex {
  private final ConcurrentHashMap<String, List<Entry>> byName = new ConcurrentHashMap<>();

  void add(Entry entry) {
    if (!entry.grants.isEmpty()) {
      byName.merge(entry.key.name(), List.of(entry), GrantIndex::join);
    }
  }

  void remove(Entry entry) {
    if (!entry.grants.isEmpty()) {
      byName.computeIfPresent(entry.key.name(), (name, entries) -> without(entries, entry));
    }
  }

  /** The entries of that name that have grants to somebody; unmodifiable. */
  List<Entry> named(String name) {
    return byName.getOrDefault(name, List.of());
  }

  private static List<Entry> join(List<Entry> some, List<Entry> more) {
    List<Entry> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  private static List<Entry> without(List<Entry> entries, Entry entry) {
    List<Entry> rest = new ArrayList<>(entries);
    rest.remove(entry);
    return rest.isEmpty() ? null : List.copyOf(rest);
  }
}
