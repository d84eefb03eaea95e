package dev.secmem.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Nothing but the time in audit lines hangs on the wall clock: a step of CLOCK_REALTIME, which a
 * test must not make on a machine that others use, can change nothing else.
 */
final class WallClockTest {
  private static final JavaClasses SERVING =
      OwnModules.classes()
          .that(
              resideInAnyPackage(
                  "dev.secmem.api..",
                  "dev.secmem.linux..",
                  "dev.secmem.store..",
                  "dev.secmem.crypto..",
                  "dev.secmem.transport..",
                  "dev.secmem.app.engine..",
                  "dev.secmem.app.keys.."));

  /** Whatever tells it: constructors of dates, now(), clocks, file times. */
  private static final Pattern WALL_CLOCK =
      Pattern.compile(
          "java\\.lang\\.System\\.currentTimeMillis|java\\.time\\.\\w+\\.now"
              + "|java\\.time\\.(Clock|InstantSource)\\.\\w+|java\\.util\\.Date\\.<init>"
              + "|java\\.util\\.(Timer|Calendar|GregorianCalendar)\\.\\w+"
              + "|java\\.util\\.concurrent\\.locks\\.\\w+\\.(awaitUntil|parkUntil)");

  @Test
  void onlyTheAuditAsksTheWallClock() {
    Set<String> users = new TreeSet<>();
    for (JavaClass type : SERVING) {
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        String target = access.getTargetOwner().getName() + "." + access.getTarget().getName();
        if (WALL_CLOCK.matcher(target).matches()) {
          users.add(type.getName() + " " + target);
        }
      }
    }
    // Not empty: this is the positive control, too.
    assertEquals(
        Set.of("dev.secmem.app.engine.AuditLog java.lang.System.currentTimeMillis"), users);
  }
}
