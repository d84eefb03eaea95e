package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class ListTableTest {

  @Test
  void alignsWhatTheAgentLists() {
    String lines =
        "{\"name\":\"db_password\",\"owner\":1000,\"version\":7,\"size\":11,\"ttl_ms\":599000,"
            + "\"reads\":0,\"reads_left\":null,\"grants\":[\"uid:33\",\"gid:4\"]}\n"
            + "{\"name\":\"x\",\"owner\":0,\"version\":12,\"size\":1048576,\"ttl_ms\":1,"
            + "\"reads\":2,\"reads_left\":3,\"grants\":null,\"later\":[]}\n";
    assertEquals(
        "NAME         OWNER  VERSION  SIZE     TTL     READS       GRANTS\n"
            + "db_password  1000   7        11       9m 59s  0           uid:33,gid:4\n"
            + "x            0      12       1048576  1ms     2 (3 left)  -\n",
        ListTable.of(lines));
  }

  @Test
  void saysNothingOfNothing() {
    assertEquals("", ListTable.of(""));
  }

  @Test
  void refusesALineThatLacksAKey() {
    assertThrows(IllegalArgumentException.class, () -> ListTable.of("{\"name\":\"x\"}\n"));
    assertThrows(IllegalArgumentException.class, () -> ListTable.of("no json\n"));
  }
}
