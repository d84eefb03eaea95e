package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ClockTest {
  @Test
  void itNeverGoesBack() {
    long last = Clock.boottimeNanos();
    for (int i = 0; i < 100_000; i++) {
      long now = Clock.boottimeNanos();
      assertTrue(now >= last);
      last = now;
    }
  }

  @Test
  void itIsTheTimeThatTheKernelCallsUptime() throws Exception {
    long before = Clock.boottimeNanos();
    String text = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
    long after = Clock.boottimeNanos();
    long uptime = new BigDecimal(text).movePointRight(9).longValueExact(); // cut to 10 ms
    assertTrue(uptime > before - 10_000_000 && uptime <= after, before + " " + text + " " + after);
  }

  @Test
  void aTimerFiresNotBeforeItsMoment() throws LinuxException {
    try (BoottimeTimer timer = new BoottimeTimer()) {
      for (int i = 0; i < 20; i++) {
        long at = Clock.boottimeNanos() + 1_000_000;
        timer.arm(at);
        timer.await();
        assertTrue(Clock.boottimeNanos() >= at);
      }
    }
  }

  @Test
  void aMomentThatHasPassedFiresAtOnce() throws LinuxException {
    try (BoottimeTimer timer = new BoottimeTimer()) {
      for (long past : new long[] {Long.MIN_VALUE, -1, 0, 1, Clock.boottimeNanos()}) {
        timer.arm(past);
        timer.await();
      }
    }
  }

  @Test
  void armingAgainReplacesTheMomentAlsoForWhoWaitsAlready() throws Exception {
    try (BoottimeTimer timer = new BoottimeTimer()) {
      timer.arm(Clock.boottimeNanos() + 3_600_000_000_000L);
      CompletableFuture<Long> waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  timer.await();
                  return Clock.boottimeNanos();
                } catch (LinuxException e) {
                  throw new IllegalStateException(e);
                }
              });
      long at = Clock.boottimeNanos() + 20_000_000;
      timer.arm(at);
      assertTrue(waiting.get() >= at);
    }
  }

  @Test
  void closingATimerTwiceClosesOnce() throws Exception {
    int before = Kernel.openDescriptors();
    BoottimeTimer timer = new BoottimeTimer();
    assertEquals(before + 1, Kernel.openDescriptors());
    timer.close();
    timer.close();
    assertEquals(before, Kernel.openDescriptors());
  }
}
