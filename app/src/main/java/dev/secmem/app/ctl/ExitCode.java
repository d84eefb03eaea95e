package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClientException;

/** What secmemctl ends with (docs/PROTOCOL.md, "Errors"). */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;
  static final int EXPIRED = 4;
  static final int DENIED = 5;
  static final int LOCKED = 6;
  static final int NO_AGENT = 7;
  static final int CONDITION = 8;
  static final int TOO_LARGE = 9;

  private ExitCode() {}

  static int of(SecretClientException failure) {
    if (failure.reason() == SecretClientException.Reason.REFUSED) {
      return of(failure.code().orElse(ErrorCode.INTERNAL));
    }
    return failure.reason() == SecretClientException.Reason.NO_AGENT ? NO_AGENT : FAILED;
  }

  static int of(ErrorCode code) {
    switch (code) {
      case NOT_FOUND:
        return NOT_FOUND;
      case EXPIRED:
        return EXPIRED;
      case DENIED:
      case WRONG_KEY:
        return DENIED;
      case LOCKED:
        return LOCKED;
      case BUSY:
        return NO_AGENT;
      case EXISTS:
      case CONFLICT:
        return CONDITION;
      case TOO_LARGE:
      case QUOTA:
        return TOO_LARGE;
      default:
        return FAILED;
    }
  }
}
