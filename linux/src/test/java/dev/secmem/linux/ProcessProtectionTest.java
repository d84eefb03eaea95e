package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each protection lasts as long as its process: all of it happens in a child. */
final class ProcessProtectionTest {
  @Test
  void theKernelShowsEachProtectionOnTheWholeProcess() throws Exception {
    Kernel.assumeRoot(); // without CAP_IPC_LOCK all of memory cannot be locked
    Map<String, String> told = ChildJvm.own().run(Protects.class);
    assertEquals("00000000", told.get("filter"), "kinds of memory in a core");
    assertEquals("true false", told.get("dumpable"));
    assertEquals("0 1", told.get("privileges"), "no_new_privs of all threads, before and after");
    assertTrue(Integer.parseInt(told.get("threads")) > 5, told.toString());
    assertEquals("2", told.get("seccomp"), "every thread has the filter");
    assertEquals("works", told.get("new_thread"));
    assertEquals("1", told.get("new_thread_privileges"));
    assertEquals("0", told.get("locked_before"));
    assertTrue(Long.parseLong(told.get("locked_after")) > 0, told.toString());
    assertEquals("false true", told.get("heap"), "the heap's dd flag, before and after");
    assertEquals("false true", told.get("malloc"), "the C library's heap, too");
    assertTrue(Long.parseLong(told.get("covered")) >= 64 << 20, told.toString());
  }

  static final class Protects {
    public static void main(String[] arguments) throws Exception {
      ProcessProtection.emptyCoreDumps();
      ChildJvm.tell("filter", Files.readString(Path.of("/proc/self/coredump_filter")).strip());

      boolean dumpable = ProcessProtection.isDumpable();
      ProcessProtection.makeUndumpable();
      ChildJvm.tell("dumpable", dumpable + " " + ProcessProtection.isDumpable());

      ChildJvm.tell("locked_before", Kernel.status("VmLck"));
      ProcessProtection.lockAllMemory();
      ChildJvm.tell("locked_after", Kernel.status("VmLck"));

      String privileges = ofAllThreads("NoNewPrivs");
      ProcessProtection.denyNewPrivileges();
      ChildJvm.tell("privileges", privileges + " " + ofAllThreads("NoNewPrivs"));
      ChildJvm.tell("seccomp", ofAllThreads("Seccomp"));
      ChildJvm.tell("threads", threads().size());
      Thread thread = new Thread(Protects::tellOfNewThread);
      thread.start();
      thread.join();

      boolean heap = isLeftOutOfDumps(heapAddress());
      boolean malloc = isLeftOutOfDumps(mallocAddress());
      ChildJvm.tell("covered", ProcessProtection.excludeHeapFromDumps());
      ChildJvm.tell("heap", heap + " " + isLeftOutOfDumps(heapAddress()));
      ChildJvm.tell("malloc", malloc + " " + isLeftOutOfDumps(mallocAddress()));
    }

    private static void tellOfNewThread() {
      try {
        ChildJvm.tell("new_thread", "works");
        ChildJvm.tell(
            "new_thread_privileges", Kernel.statusOf("/proc/thread-self/status", "NoNewPrivs"));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static List<Path> threads() throws IOException {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
        return tasks.toList();
      }
    }

    /** The value of a field, if it is the same for all threads. */
    private static String ofAllThreads(String field) throws IOException {
      String value = null;
      for (Path thread : threads()) {
        String own = Kernel.statusOf(thread + "/status", field);
        if (value != null && !value.equals(own)) {
          return "differs";
        }
        value = own;
      }
      return value;
    }

    private static boolean isLeftOutOfDumps(long address) throws IOException {
      return Kernel.flags(address).contains("dd");
    }

    /** Where the Java heap lies: the largest writable private mapping below -Xmx64m. */
    private static long heapAddress() throws IOException {
      long largest = 0;
      long at = 0;
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        String[] fields = line.split(" +");
        int dash = fields[0].indexOf('-');
        long from = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
        long to = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
        if (fields[1].equals("rw-p")
            && fields.length == 5
            && from < 1L << 32
            && to - from > largest) {
          largest = to - from;
          at = from;
        }
      }
      return at;
    }

    private static long mallocAddress() throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        if (line.endsWith("[heap]")) {
          return Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        }
      }
      throw new IOException("no [heap]");
    }
  }
}
