package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The sandbox lasts as long as its process: all of it happens in a child. */
final class SandboxTest {
  @Test
  void everyCallIsDeniedOnThreadsOfBeforeAndAfter() throws Exception {
    Map<String, String> told = ChildJvm.own().run(Enters.class);
    assertTrue(Integer.parseInt(told.get("tried")) > 90, told.toString());
    assertEquals("", told.get("not_denied_main"));
    assertEquals("", told.get("not_denied_old_thread"));
    assertEquals("", told.get("not_denied_new_thread"));
    assertEquals("2 1", told.get("mode"), "seccomp and no_new_privs of every thread");
    assertEquals("EPERM", told.get("fork"));
    assertEquals("ENOSYS", told.get("thread_call"));
    assertEquals("ENOSYS", told.get("next_unknown"));
    assertEquals("EPERM", told.get("other_abi"));
    assertEquals("1", told.get("filters"), "the process has one filter, not two");
  }

  @Test
  void withoutItTheSameCallsEndOtherwise() throws Exception {
    Kernel.assumeRoot(); // others get EPERM for many of them anyway
    Map<String, String> told = ChildJvm.own().run(Enters.class, "control");
    // Those that a kernel's settings deny to everybody, if any: never what every program may do.
    List<String> denied = List.of(told.get("denied_control").split(" "));
    assertTrue(denied.size() < 8, told.toString());
    for (String name : List.of("open", "socket", "execve", "ptrace", "process_vm", "creat")) {
      assertTrue(denied.stream().noneMatch(call -> call.startsWith(name)), denied.toString());
    }
    assertTrue(Integer.parseInt(told.get("tried")) > 90, told.toString());
  }

  /** What issue and threat model name is among what is tried: TM-60's list, call by call. */
  @Test
  void whatTheClaimNamesIsTried() throws Exception {
    Map<String, String> told = ChildJvm.own().run(Enters.class);
    Set<String> denied = Set.of(told.get("denied_names").split(","));
    Set<String> named =
        new TreeSet<>(
            Set.of(
                "openat_O_WRONLY",
                "openat_O_RDWR",
                "openat_O_CREAT",
                "openat_O_TRUNC",
                "openat_O_APPEND",
                "openat_O_TMPFILE",
                "openat2",
                "io_uring_setup",
                "io_uring_enter",
                "io_uring_register",
                "socket_AF_INET_stream",
                "socket_AF_INET6_stream",
                "execve",
                "execveat",
                "ptrace",
                "process_vm_readv",
                "process_vm_writev",
                "bpf",
                "userfaultfd",
                "init_module",
                "finit_module",
                "delete_module",
                "mount",
                "umount2",
                "move_mount",
                "fsmount",
                "open_tree",
                "pivot_root",
                "unshare",
                "setns",
                "add_key",
                "request_key",
                "keyctl"));
    if (Architecture.own() == Architecture.X86_64) {
      named.addAll(Set.of("creat", "open_O_WRONLY", "open_O_RDWR", "open_O_CREAT"));
    }
    named.removeAll(denied);
    assertEquals(Set.of(), named, "not tried, or not denied");
  }

  @Test
  void whatAJvmNeedsGoesOn() throws Exception {
    Map<String, String> told = ChildJvm.own().run(Lives.class);
    assertEquals("200", told.get("threads"));
    assertEquals("collected", told.get("collections"));
    assertEquals("read", told.get("file"));
    assertEquals("loaded", told.get("classes"));
    assertEquals("refused refused refused", told.get("java"), "a file, a program, a connection");
    assertEquals("sent", told.get("unix_socket"));
    assertEquals("written", told.get("memfd"));
    assertEquals("false", told.get("dumpable"));
  }

  @Test
  void aThreadWithAnotherFilterIsReported() throws Exception {
    Map<String, String> told = ChildJvm.own().run(Enters.class, "other");
    assertEquals("EBUSY (busy)", told.get("refused"));
  }

  static final class Enters {
    public static void main(String[] arguments) throws Exception {
      if (arguments.length > 0 && arguments[0].equals("control")) {
        List<SandboxProbe.Result> results = SandboxProbe.tryAll();
        ChildJvm.tell("tried", results.size());
        ChildJvm.tell("denied_control", names(results, true));
        return;
      }
      if (arguments.length > 0) {
        tellOfAnotherFilter();
        return;
      }
      ExecutorService old = Executors.newSingleThreadExecutor();
      old.submit(() -> {}).get();
      Sandbox.enter();
      List<SandboxProbe.Result> results = SandboxProbe.tryAll();
      ChildJvm.tell("tried", results.size());
      ChildJvm.tell(
          "denied_names",
          results.stream()
              .filter(SandboxProbe.Result::isDenied)
              .map(result -> result.call().replace(' ', '_'))
              .collect(Collectors.joining(",")));
      ChildJvm.tell("not_denied_main", names(results, false));
      ChildJvm.tell("not_denied_old_thread", names(old.submit(SandboxProbe::tryAll).get(), false));
      ExecutorService young = Executors.newSingleThreadExecutor();
      ChildJvm.tell(
          "not_denied_new_thread", names(young.submit(SandboxProbe::tryAll).get(), false));
      ChildJvm.tell("mode", ofAll("Seccomp") + " " + ofAll("NoNewPrivs"));
      ChildJvm.tell("filters", ofAll("Seccomp_filters"));
      // Not harmless elsewhere: a process that forked would run on twice.
      ChildJvm.tell("fork", errno(Architecture.own() == Architecture.X86_64 ? 57 : 221));
      ChildJvm.tell("thread_call", errno(435));
      ChildJvm.tell("next_unknown", errno(463));
      boolean x86 = Architecture.own() == Architecture.X86_64;
      ChildJvm.tell("other_abi", x86 ? errno(0x40000000 | 39) : "EPERM");
      old.shutdown();
      young.shutdown();
    }

    private static String errno(int number) {
      long result = Libc.SYSCALL.call(number, 0, 0, 0, 0, 0);
      return result == -1 ? Errno.describe(NativeFunction.errno()).split(" ")[0] : "no failure";
    }

    private static String names(List<SandboxProbe.Result> results, boolean denied) {
      return results.stream()
          .filter(result -> result.isDenied() == denied)
          .map(result -> result.call() + ":" + result.errno())
          .map(text -> text.replace(' ', '_'))
          .collect(Collectors.joining(" "));
    }

    private static String ofAll(String field) throws IOException {
      try (var tasks = Files.list(Path.of("/proc/self/task"))) {
        List<String> values = new ArrayList<>();
        for (Path task : (Iterable<Path>) tasks::iterator) {
          values.add(Kernel.statusOf(task + "/status", field));
        }
        return values.stream().distinct().collect(Collectors.joining("/"));
      }
    }

    /** A thread that got a filter of its own cannot be made to share another's. */
    private static void tellOfAnotherFilter() throws Exception {
      CountDownLatch over = new CountDownLatch(1);
      CountDownLatch filtered = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                try {
                  Sandbox.enterThisThreadOnly();
                  filtered.countDown();
                  over.await();
                } catch (LinuxException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      thread.start();
      filtered.await();
      try {
        Sandbox.enter();
        ChildJvm.tell("refused", "not");
      } catch (LinuxException e) {
        ChildJvm.tell("refused", Errno.describe(e.errno()));
      } finally {
        over.countDown();
        thread.join();
      }
    }
  }

  static final class Lives {
    public static void main(String[] arguments) throws Exception {
      ProcessProtection.makeUndumpable();
      Sandbox.enter();
      ChildJvm.tell("threads", threads());
      WeakReference<byte[]> gone = new WeakReference<>(new byte[1]);
      byte[][] kept = new byte[16][];
      for (int i = 0; i < 2000; i++) {
        kept[i % kept.length] = new byte[256 << 10];
      }
      System.gc();
      boolean collected = kept[3].length > 0 && gone.get() == null;
      ChildJvm.tell("collections", collected ? "collected" : "not");
      boolean read = Files.readString(Path.of("/proc/self/status")).contains("Seccomp");
      ChildJvm.tell("file", read ? "read" : "not");
      Class<?> late = Class.forName("java.util.zip.GZIPOutputStream");
      Class<?> own = Class.forName("dev.secmem.linux.Terminal");
      ChildJvm.tell("classes", late != null && own != null ? "loaded" : "not");
      ChildJvm.tell("java", javaRefusals());
      ChildJvm.tell("unix_socket", socketPair());
      int fd = Memfd.create();
      Descriptor.pwrite(fd, ByteBuffer.allocateDirect(100), 0);
      Memfd.addSeals(fd, Memfd.SEAL_WRITE);
      Descriptor.close(fd);
      ChildJvm.tell("memfd", "written");
      ChildJvm.tell("dumpable", ProcessProtection.isDumpable());
    }

    private static int threads() throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(200);
      CountDownLatch all = new CountDownLatch(200);
      List<Future<Integer>> futures = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        futures.add(
            pool.submit(
                () -> {
                  all.countDown();
                  all.await();
                  return 1;
                }));
      }
      int sum = 0;
      for (Future<Integer> future : futures) {
        sum += future.get();
      }
      pool.shutdown();
      return sum;
    }

    private static String javaRefusals() {
      return refused(() -> FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE))
          + " "
          + refused(() -> new ProcessBuilder("true").start())
          + " "
          + refused(() -> new Socket("127.0.0.1", 9));
    }

    private static String refused(Callable<?> action) {
      try {
        action.call();
        return "allowed";
      } catch (Exception e) {
        boolean permission = (e + "").contains("not permitted") || (e + "").contains("error=1,");
        return permission ? "refused" : e.toString();
      }
    }

    private static String socketPair() throws LinuxException {
      int[] pair = UnixSocket.pair();
      try {
        new MessageChannel(pair[0]).send(Kernel.direct("x"), -1);
        return Descriptor.read(pair[1], ByteBuffer.allocateDirect(9)) == 1 ? "sent" : "not";
      } finally {
        Descriptor.close(pair[0]);
        Descriptor.close(pair[1]);
      }
    }
  }
}
