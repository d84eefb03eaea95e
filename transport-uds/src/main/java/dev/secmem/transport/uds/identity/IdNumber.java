package dev.secmem.transport.uds.identity;

import dev.secmem.api.Syntax;

/** The number of a user or a group in a grant. */
final class IdNumber {
  /** 4294967295 is (uid_t) -1, which means nobody in several system calls. */
  private static final long LARGEST = 4294967294L;

  /** Where the kernel maps every id that it cannot show: half the world could have it. */
  private static final long OVERFLOW = 65534;

  private IdNumber() {}

  /** Checks a grant's value; a decimal number has one written form only. */
  static String normalize(String kind, String value) {
    long id = Syntax.number(value);
    if (id == Syntax.NOT_A_NUMBER || id > LARGEST) {
      throw new IllegalArgumentException(
          kind + ": takes a number from 0 to " + LARGEST + " without sign or leading zero");
    }
    if (id == OVERFLOW) {
      throw new IllegalArgumentException(
          kind + ":" + OVERFLOW + " stands for everybody whom the kernel cannot name");
    }
    return value;
  }

  /** Whether it is one of the two numbers that mean nobody in particular. */
  static boolean isNobodys(String number) {
    long id = Syntax.number(number);
    return id == OVERFLOW || id > LARGEST;
  }

  static long parse(String kind, String value) {
    return Syntax.number(normalize(kind, value));
  }
}
