package dev.secmem.api.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Options as they stand in a request line. */
final class PutOptionsTest {
  @Test
  void everyOptionHasItsWord() {
    assertEquals("-", PutOptions.DEFAULTS.wire());
    PutOptions all =
        PutOptions.DEFAULTS
            .ttlMillis(5)
            .ifVersion(7)
            .reads(2)
            .allow("uid:1")
            .allow("session")
            .bind("exe")
            .grade("hidden")
            .downgrade();
    assertEquals(
        "5 if=version:7 reads=2 allow=uid:1,session bind=exe grade=hidden downgrade", all.wire());
    assertEquals("- if=absent", PutOptions.DEFAULTS.ifAbsent().wire());
  }

  @Test
  void aChangeMakesACopy() {
    PutOptions one = PutOptions.DEFAULTS.allow("uid:1");
    one.allow("uid:2").bind("unit").grade("any").downgrade().reads(1).ttlMillis(1).ifAbsent();
    assertEquals("- allow=uid:1", one.wire());
  }
}
