package dev.secmem.app.it;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Says of each test of the built programs that a machine does not allow why it shows nothing, and
 * with {@code -Dtck.requireAll=true} makes it a failure. JUnit finds it by its service file.
 */
public final class SkippedTests implements InvocationInterceptor {
  /** For ServiceLoader. */
  public SkippedTests() {}

  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, context);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, context);
  }

  private static void proceed(Invocation<Void> invocation, ExtensionContext context)
      throws Throwable {
    try {
      invocation.proceed();
    } catch (TestAbortedException e) {
      String what =
          "not shown here: "
              + context.getRequiredTestClass().getSimpleName()
              + context.getTestMethod().map(method -> "." + method.getName()).orElse("")
              + ": "
              + e.getMessage();
      if (Boolean.getBoolean("tck.requireAll")) {
        throw new AssertionError(what, e);
      }
      System.out.println(what);
      throw e;
    }
  }
}
