package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.client.SecretClientException;

/** What the agent's refusals mean to who uses keys. */
final class KeyFailures {
  private static final String PAUSE = "retry_ms=";
  private static final int SECOND = 1000;

  private KeyFailures() {}

  /** A refusal with what to do next, or null for what {@link Messages} tells better. */
  static CtlException told(SecretClientException failure) {
    ErrorCode code = failure.code().orElse(null);
    if (code == null) {
      return null;
    }
    String message = failure.getMessage();
    switch (code) {
      case WRONG_KEY:
        return new CtlException(ExitCode.of(code), wrongKey(message));
      case DENIED:
        return new CtlException(
            ExitCode.of(code),
            message
                + (message.contains("--")
                    ? ""
                    : "; the agent's --allow-uid admits others, its --keys-uid lets them use keys"));
      case CONFLICT:
      case NOT_FOUND:
        // The advice on secrets would lead astray.
        return new CtlException(ExitCode.of(code), message);
      default:
        return null;
    }
  }

  /** The pause that runs, for people: the message begins with it. */
  static String wrongKey(String message) {
    if (!message.startsWith(PAUSE)) {
      return message;
    }
    int space = message.indexOf(' ');
    String number = message.substring(PAUSE.length(), space < 0 ? message.length() : space);
    long millis = Syntax.number(number);
    if (millis == Syntax.NOT_A_NUMBER) {
      return message;
    }
    String text = space < 0 ? "wrong key" : message.substring(space + 1);
    return text + "; try again in " + Math.max(1, (millis + SECOND - 1) / SECOND) + " s";
  }
}
