package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ActivationTest {
  private static final long PID = 4242;

  private static int descriptor(String pid, String count) throws StartRefusedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("LISTEN_PID", pid);
    environment.put("LISTEN_FDS", count);
    return Activation.descriptor(environment::get, PID);
  }

  @Test
  void oneSocketForThisProcessIsTheThirdDescriptor() throws StartRefusedException {
    assertEquals(3, descriptor("4242", "1"));
  }

  @Test
  void withoutOrForAnotherProcessThereIsNone() throws StartRefusedException {
    assertEquals(Activation.NONE, descriptor(null, null));
    assertEquals(Activation.NONE, descriptor(null, "1"));
    assertEquals(Activation.NONE, descriptor("4241", "17"));
    assertEquals(Activation.NONE, descriptor("42420", null));
  }

  @Test
  void whatIsMalformedOrAnotherNumberIsRefused() {
    for (String count : new String[] {null, "", "0", "2", "01", "-1", "1x", " 1"}) {
      String message =
          assertThrows(StartRefusedException.class, () -> descriptor("4242", count)).getMessage();
      assertTrue(message.contains("exactly one socket"), message);
    }
    for (String pid : new String[] {"", "x", "-4242", "04242", "4242 "}) {
      String message =
          assertThrows(StartRefusedException.class, () -> descriptor(pid, "1")).getMessage();
      assertTrue(message.contains("LISTEN_PID"), message);
    }
  }
}
