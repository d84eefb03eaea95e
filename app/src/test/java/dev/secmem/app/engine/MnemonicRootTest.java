package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** A key arena that is full at each step of an unlocking. */
final class MnemonicRootTest {
  private static final String MNEMONIC =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";

  @Test
  void whateverSlotIsMissingTheOthersAreGivenBack() throws Exception {
    KeyDerivation derivation = Parts.keyDerivation().create();
    try (EngineMemory memory = EngineMemory.open(1024);
        KeyRing keys = Parts.keyRing(memory.keyArena(), Parts.cipher(), 1, 1);
        KeyVault vault = new KeyVault(memory.keyArena(), derivation)) {
      MnemonicRoot root = new MnemonicRoot(memory, derivation, keys, vault);
      ArrayDeque<KeyArena.Slot> taken = new ArrayDeque<>();
      takeAll(memory.keyArena(), taken);
      int all = taken.size();
      boolean opened = false;
      for (int free = 0; !opened; free++) {
        if (free > 0) {
          taken.pop().close();
        }
        opened = opens(root);
        ArrayDeque<KeyArena.Slot> left = new ArrayDeque<>();
        takeAll(memory.keyArena(), left);
        assertEquals(free, left.size(), "slots are free");
        left.forEach(KeyArena.Slot::close);
      }
      assertTrue(all - taken.size() > 2, "positive control: it failed with some free");
      taken.forEach(KeyArena.Slot::close);
    }
  }

  private static void takeAll(KeyArena arena, ArrayDeque<KeyArena.Slot> taken) {
    assertThrows(
        IllegalStateException.class,
        () -> {
          while (true) {
            taken.push(arena.allocate());
          }
        });
  }

  private static boolean opens(MnemonicRoot root) throws Exception {
    byte[] bytes = MNEMONIC.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer secret = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    try {
      root.open(secret).close();
      return true;
    } catch (PluginException | IllegalStateException e) {
      return false;
    }
  }
}
