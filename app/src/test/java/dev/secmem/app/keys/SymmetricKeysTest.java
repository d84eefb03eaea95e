package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys with labels. The expected ones were computed with Python's hashlib and hmac. */
final class SymmetricKeysTest {
  private static final String SALT =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  private static final String ROOT_KEY =
      "75eea6804b0f355ff5641d5df4295e0705ef9b8dbd006ea182be6c8e61e6cf07";

  private Parts parts;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void theKeysOfOneMnemonic() throws Exception {
    ByteBuffer root = ByteBuffer.allocateDirect(32);
    parts.keys.derive(SymmetricKeys.Use.ROOT, parts.node(KeyPath.ROOT), root);
    assertEquals(ROOT_KEY, Parts.hex(root.flip()));
    assertEquals(
        "6119ad70e93dc956933d32b9a69e0511ec766ce84086faab46a204686a43f3c8",
        derive(SymmetricKeys.Use.ENCRYPTION, parts.node(KeyPath.encryption(1)), SALT));
    assertEquals(
        "b5e4ed347bb37470aa9dc295aa5d5724a7a8b7f4c911559eb75ed8a833ab50ee",
        derive(SymmetricKeys.Use.DATA_KEY, Parts.hex(ROOT_KEY), SALT));
  }

  @Test
  void everyUseSaltAndNodeGivesAnotherKey() throws Exception {
    Set<String> seen = new HashSet<>();
    for (SymmetricKeys.Use use : SymmetricKeys.Use.values()) {
      for (String salt : new String[] {"", "01", SALT}) {
        seen.add(derive(use, Parts.hex(ROOT_KEY), salt));
        seen.add(derive(use, Parts.hex(SALT), salt));
      }
    }
    assertEquals(SymmetricKeys.Use.values().length * 3 * 2, seen.size());
  }

  @Test
  void noSaltIsTheEmptySaltAndInputStays() throws Exception {
    ByteBuffer material = Parts.hex("ff" + ROOT_KEY + "ff").position(1).limit(33);
    ByteBuffer key = ByteBuffer.allocateDirect(40).position(4).limit(36);
    parts.keys.derive(SymmetricKeys.Use.ROOT, material, key);
    assertEquals(1, material.position());
    assertEquals(36, key.position());
    String without = Parts.hex(key.position(4));
    assertEquals(derive(SymmetricKeys.Use.ROOT, Parts.hex(ROOT_KEY), ""), without);
    assertNotEquals(ROOT_KEY, without);
  }

  private String derive(SymmetricKeys.Use use, ByteBuffer material, String salt) throws Exception {
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    parts.keys.derive(use, material, Parts.hex(salt), key);
    return Parts.hex(key.flip());
  }
}
