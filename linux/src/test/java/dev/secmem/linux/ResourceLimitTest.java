package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResourceLimitTest {
  @Test
  void limitsAreThoseThatTheKernelShows() throws Exception {
    assertShown(ResourceLimit.CORE, "Max core file size");
    assertShown(ResourceLimit.NOFILE, "Max open files");
    assertShown(ResourceLimit.MEMLOCK, "Max locked memory");
  }

  private static void assertShown(ResourceLimit limit, String row)
      throws IOException, LinuxException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits"), StandardCharsets.US_ASCII).stream()
            .filter(text -> text.startsWith(row))
            .findFirst()
            .orElseThrow();
    String[] fields = line.substring(row.length()).trim().split(" +");
    assertEquals(fields[0], text(limit.soft()), line);
    assertEquals(fields[1], text(limit.hard()), line);
  }

  private static String text(long limit) {
    return limit == ResourceLimit.INFINITY ? "unlimited" : Long.toString(limit);
  }

  @Test
  void aSoftLimitAboveItsHardOneIsRefused() throws LinuxException {
    long soft = ResourceLimit.NOFILE.soft();
    LinuxException failure =
        assertThrows(LinuxException.class, () -> ResourceLimit.NOFILE.set(10, 5));
    assertEquals("setrlimit: EINVAL (invalid argument)", failure.getMessage());
    assertEquals(soft, ResourceLimit.NOFILE.soft());
  }

  @Test
  void whatIsSetHoldsAndIsDescribedForPeople() throws Exception {
    Map<String, String> told = ChildJvm.own().with("-XX:-MaxFDLimit").run(Sets.class);
    assertEquals("0 0 0 KiB", told.get("core"));
    assertEquals("65536 131072 64 KiB", told.get("memlock"));
    assertEquals("100", told.get("files"));
    assertEquals(
        "memfd_create: EMFILE (too many open files); open files limit is 100; raise it with"
            + " 'ulimit -n' or LimitNOFILE= (systemd)",
        told.get("advice"));
  }

  static final class Sets {
    public static void main(String[] arguments) throws LinuxException {
      ResourceLimit.CORE.set(0, 0);
      ChildJvm.tell("core", all(ResourceLimit.CORE));
      ResourceLimit.MEMLOCK.set(65536, 131072);
      ChildJvm.tell("memlock", all(ResourceLimit.MEMLOCK));
      ResourceLimit.NOFILE.set(100, ResourceLimit.NOFILE.hard());
      ChildJvm.tell("files", ResourceLimit.NOFILE.describeSoft());
      // One loop less than would load classes: a class loader needs descriptors, too.
      LinuxException failure = new LinuxException("none", 0);
      try {
        for (int i = 0; i < 200; i++) {
          Memfd.create();
        }
      } catch (LinuxException e) {
        failure = e;
      }
      ResourceLimit.NOFILE.set(ResourceLimit.NOFILE.hard(), ResourceLimit.NOFILE.hard());
      ChildJvm.tell("advice", failure.getMessage());
    }

    private static String all(ResourceLimit limit) throws LinuxException {
      return limit.soft() + " " + limit.hard() + " " + limit.describeSoft();
    }
  }
}
