package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of docs/PROTOCOL.md, "Errors". */
final class ExitCodeTest {
  private static final Map<ErrorCode, Integer> TABLE =
      Map.ofEntries(
          Map.entry(ErrorCode.NOT_FOUND, 3),
          Map.entry(ErrorCode.EXPIRED, 4),
          Map.entry(ErrorCode.DENIED, 5),
          Map.entry(ErrorCode.LOCKED, 6),
          Map.entry(ErrorCode.BUSY, 7),
          Map.entry(ErrorCode.EXISTS, 8),
          Map.entry(ErrorCode.CONFLICT, 8),
          Map.entry(ErrorCode.TOO_LARGE, 9),
          Map.entry(ErrorCode.QUOTA, 9),
          Map.entry(ErrorCode.BAD_REQUEST, 1),
          Map.entry(ErrorCode.UNKNOWN_VERB, 1),
          Map.entry(ErrorCode.WRONG_KEY, 5),
          Map.entry(ErrorCode.INTERNAL, 1));

  @Test
  void everyRefusalHasItsCode() {
    for (ErrorCode code : ErrorCode.values()) {
      assertEquals(TABLE.get(code), ExitCode.of(new SecretClientException(code, "x")), code.wire());
    }
  }

  @Test
  void onlyAMissingAgentIsNoAgent() {
    for (Reason reason : Reason.values()) {
      if (reason != Reason.REFUSED) {
        int expected = reason == Reason.NO_AGENT ? 7 : 1;
        assertEquals(
            expected, ExitCode.of(new SecretClientException(reason, "x", null)), reason::name);
      }
    }
  }
}
