package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.transport.RequestException;
import org.junit.jupiter.api.Test;

/** What a client is told of a plugin's failure: what it can do about it, and nothing else. */
final class FailuresTest {
  @Test
  void wantOfRoomAndTheLockAreToldAndNothingElse() {
    assertTold(
        new PluginException(PluginException.Reason.NO_SPACE, "store(x): full"),
        ErrorCode.QUOTA,
        "store(x): full");
    assertTold(
        new PluginException(PluginException.Reason.CLOSED, "wiped"),
        ErrorCode.LOCKED,
        "the agent is locked");
    String internal = "the agent failed; its log says more";
    assertTold(
        new PluginException(PluginException.Reason.FAILED, "at 0x7f00"),
        ErrorCode.INTERNAL,
        internal);
    assertTold(new IllegalStateException("hunter2"), ErrorCode.INTERNAL, internal);
  }

  private static void assertTold(Exception failure, ErrorCode code, String message) {
    RequestException told = Failures.of(failure);
    assertEquals(code, told.code());
    assertEquals(message, told.getMessage());
  }
}
