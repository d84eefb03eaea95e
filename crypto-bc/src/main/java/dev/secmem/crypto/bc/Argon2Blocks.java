package dev.secmem.crypto.bc;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.Block;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;

/**
 * The working memory of one run of Argon2id. Bouncy Castle forgets it as it is; here all of it is
 * wiped, whatever happened.
 *
 * <p>It is allocated before it holds anything, and a full collection moves it to the old
 * generation: a young block that the collector moves later leaves a copy behind.
 *
 * <p>Confined.
 */
final class Argon2Blocks implements BlockPool, AutoCloseable {
  /** Bouncy Castle takes three or four beside the memory itself. */
  private static final int EXTRA_BLOCKS = 8;

  private final List<Block> all;
  private int taken;

  /**
   * Allocates it.
   *
   * @throws OutOfMemoryError if the heap has no room
   */
  Argon2Blocks(int memoryKib) {
    int count = memoryKib + EXTRA_BLOCKS;
    all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(new Block());
    }
    System.gc();
  }

  @Override
  public Block allocate() {
    if (taken == all.size()) {
      all.add(new Block());
    }
    return all.get(taken++);
  }

  @Override
  public void deallocate(Block block) {
    block.clear();
  }

  @Override
  public void close() {
    for (Block block : all) {
      block.clear();
    }
  }
}
