package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.store.SecretStore.RecordVisitor;
import java.util.Arrays;

/** The headers of the committed records of one slab, copied so that no monitor is needed. */
final class SlabRecords implements SlabScanner.Visitor {
  private static final int WORDS = 3;

  private long[] words = new long[64 * WORDS];
  private int count;

  @Override
  public void visit(int granule, long id, long deadlineNanos, int length) {
    int at = count * WORDS;
    if (at == words.length) {
      words = Arrays.copyOf(words, 2 * words.length);
    }
    words[at] = id;
    words[at + 1] = deadlineNanos;
    words[at + 2] = length;
    count++;
  }

  void showTo(RecordVisitor visitor) throws PluginException {
    for (int at = 0; at < count * WORDS; at += WORDS) {
      visitor.visit(words[at], words[at + 1], (int) words[at + 2]);
    }
  }
}
