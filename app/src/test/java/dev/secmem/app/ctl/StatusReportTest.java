package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class StatusReportTest {

  @Test
  void givesEveryFactALine() {
    assertEquals(
        """
        server                    secmem-agent/0.1.0
        uptime                    1h 1m
        locked                    no
        protections key arena     memfd_secret
        protections not dumpable  yes
        limits max ttl            30d
        """,
        StatusReport.of(
            "{\"server\":\"secmem-agent/0.1.0\",\"uptime_ms\":3660000,\"locked\":false,"
                + "\"protections\":{\"key_arena\":\"memfd_secret\",\"not_dumpable\":true},"
                + "\"limits\":{\"max_ttl_ms\":2592000000}}\n"));
  }
}
