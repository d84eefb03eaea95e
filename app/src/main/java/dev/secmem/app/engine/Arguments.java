package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;

/** Reads the arguments of request lines; whatever is not exactly right is {@code bad-request}. */
final class Arguments {
  /** The largest uid; 4294967295 means "no uid" to the kernel. */
  private static final long MAX_UID = 4294967294L;

  private Arguments() {}

  static void count(Request request, int least, int most) throws RequestException {
    int count = request.argumentCount();
    if (count < least) {
      throw bad(request.verb() + " needs " + least + (least == 1 ? " argument" : " arguments"));
    }
    if (count > most) {
      throw bad(
          most == 0
              ? request.verb() + " takes no argument"
              : request.verb()
                  + " takes at most "
                  + most
                  + (most == 1 ? " argument" : " arguments"));
    }
  }

  static String name(Request request) throws RequestException {
    String name = request.argument(0);
    if (!Syntax.isName(name)) {
      throw bad("bad name: 1 to 200 of A-Z a-z 0-9 . _ - / @ : +");
    }
    return name;
  }

  /** A time in milliseconds, 1 to the longest allowed, or the default for {@code -}. */
  static long ttlMillis(String text, EngineOptions options) throws RequestException {
    if (text.equals("-")) {
      return options.defaultTtlMillis();
    }
    long ttl = number(text, "ttl");
    if (ttl == 0 || ttl > options.maxTtlMillis()) {
      throw bad("bad ttl: 1 to " + options.maxTtlMillis() + " milliseconds, or -");
    }
    return ttl;
  }

  /** The value of an {@code owner=UID} argument. */
  static long owner(String text) throws RequestException {
    if (!text.startsWith("owner=")) {
      throw bad("unknown option; owner=UID is known");
    }
    long uid = number(text.substring("owner=".length()), "owner");
    if (uid > MAX_UID) {
      throw bad("bad owner: not a uid");
    }
    return uid;
  }

  static long number(String text, String what) throws RequestException {
    long value = Syntax.number(text);
    if (value == Syntax.NOT_A_NUMBER) {
      throw bad("bad " + what + ": decimal digits without a leading zero, below 2^63");
    }
    return value;
  }

  static RequestException bad(String message) {
    return new RequestException(ErrorCode.BAD_REQUEST, message);
  }
}
