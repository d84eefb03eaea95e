package dev.secmem.transport.uds.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class IdNumberTest {
  @Test
  void everyNumberButTheTwoThatMeanNobody() {
    for (long id : new long[] {0, 1000, 65533, 65535, 4294967294L}) {
      assertEquals(id, IdNumber.parse("uid", Long.toString(id)));
      assertEquals(Long.toString(id), IdNumber.normalize("gid", Long.toString(id)));
      assertFalse(IdNumber.isNobodys(Long.toString(id)), "" + id);
    }
    for (String id : new String[] {"65534", "4294967295", "9223372036854775807"}) {
      assertThrows(IllegalArgumentException.class, () -> IdNumber.normalize("uid", id));
      assertTrue(IdNumber.isNobodys(id), id);
    }
    for (String id : new String[] {"", "-1", "01", "x", "1 "}) {
      assertThrows(IllegalArgumentException.class, () -> IdNumber.parse("uid", id));
    }
  }
}
