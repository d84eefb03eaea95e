package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClientException;

/** What secmemctl says to people: on standard error, never on standard output. */
final class Messages {
  private Messages() {}

  static void say(String message) {
    System.err.println("secmemctl: " + message);
  }

  /** Says what failed and what to do next. */
  static void say(SecretClientException failure) {
    say(failure.getMessage() + advice(failure));
  }

  /** The same for one of several names. */
  static void say(String name, SecretClientException failure) {
    say(name + ": " + failure.getMessage() + advice(failure));
  }

  private static String advice(SecretClientException failure) {
    switch (failure.reason()) {
      case NO_AGENT:
        return "; --socket or SECMEM_SOCK names another socket";
      case NOT_TRUSTED:
        return "; if you do trust it, name its uid by --agent-uid";
      case REFUSED:
        return failure.getMessage().startsWith("bound to ")
            ? "; 'secmemctl stat' shows to what, 'secmemctl put' binds it anew"
            : advice(failure.code().orElse(ErrorCode.INTERNAL));
      default:
        return "";
    }
  }

  private static String advice(ErrorCode code) {
    switch (code) {
      case NOT_FOUND:
        return "; 'secmemctl ls' lists what you may read";
      case EXPIRED:
        return "; put it again";
      case DENIED:
        return "; the agent's --allow-uid and --allow-gid admit others";
      case EXISTS:
        return "; leave out --if-absent to replace it";
      case CONFLICT:
        return "; 'secmemctl stat' shows the version, 'secmemctl ls' the owners";
      case LOCKED:
        return "; run 'secmemctl unlock'";
      case BUSY:
        return "; try again later";
      default:
        return "";
    }
  }
}
