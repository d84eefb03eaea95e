package dev.secmem.linux;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Type;
import java.util.Arrays;

/**
 * One native function, called with machine words. What is passed is the caller's to check: a wrong
 * address ends the process.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class NativeFunction {
  private static final Invoker INVOKER = Invoker.getInstance();
  private static final CallContext[] CONTEXTS = new CallContext[7];

  static {
    for (int arity = 0; arity < CONTEXTS.length; arity++) {
      Type[] parameters = new Type[arity];
      Arrays.fill(parameters, Type.SINT64);
      CONTEXTS[arity] =
          CallContext.getCallContext(Type.SINT64, parameters, CallingConvention.DEFAULT, true);
    }
  }

  private final String name;
  private final long address;
  private final CallContext context;

  NativeFunction(String name, long address, int arity) {
    this.name = name;
    this.address = address;
    this.context = CONTEXTS[arity];
  }

  /** Its name, as in its manual page. */
  public String name() {
    return name;
  }

  public long call() {
    return INVOKER.invokeL0(context, address);
  }

  public long call(long a) {
    return INVOKER.invokeL1(context, address, a);
  }

  public long call(long a, long b) {
    return INVOKER.invokeL2(context, address, a, b);
  }

  public long call(long a, long b, long c) {
    return INVOKER.invokeL3(context, address, a, b, c);
  }

  public long call(long a, long b, long c, long d) {
    return INVOKER.invokeL4(context, address, a, b, c, d);
  }

  public long call(long a, long b, long c, long d, long e) {
    return INVOKER.invokeL5(context, address, a, b, c, d, e);
  }

  public long call(long a, long b, long c, long d, long e, long f) {
    return INVOKER.invokeL6(context, address, a, b, c, d, e, f);
  }

  /**
   * Takes the result of a call to this function and turns -1 into an exception.
   *
   * @return the result as an int, which is what most system calls give
   */
  int check(long result) throws LinuxException {
    if ((int) result == -1) {
      throw failure();
    }
    return (int) result;
  }

  /** The same for functions that give a long or an address. */
  long checkLong(long result) throws LinuxException {
    if (result == -1) {
      throw failure();
    }
    return result;
  }

  /** The failure that errno tells, of this thread's latest call. */
  LinuxException failure() {
    return new LinuxException(name, errno());
  }

  /** errno of this thread's latest call through this class. */
  static int errno() {
    return LastError.getInstance().get();
  }
}
