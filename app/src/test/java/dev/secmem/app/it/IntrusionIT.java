package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Descriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Others try to get into the agent: a process of the same uid, and root as far as a claim says. */
class IntrusionIT {
  private static final int UID = 7003;
  private static final int SIGQUIT = 3;

  private static AgentProcess agent;

  @BeforeAll
  static void start() {
    Needs.otherUids();
    // What a user could put into the environment to open a door.
    String doors =
        "-XX:-DisableAttachMechanism -Dcom.sun.management.jmxremote.port=17003"
            + " -Dcom.sun.management.jmxremote.authenticate=false"
            + " -Dcom.sun.management.jmxremote.ssl=false";
    agent =
        AgentProcess.with()
            .uid(UID)
            .environment("JAVA_TOOL_OPTIONS", doors)
            .environment("JDK_JAVA_OPTIONS", doors)
            .environment("_JAVA_OPTIONS", doors)
            .start();
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static <T> T asTwin(java.util.concurrent.Callable<T> action) throws Exception {
    return Kernel.as(UID, UID, action);
  }

  private static long secondThread(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return tasks
          .mapToLong(task -> Long.parseLong(task.getFileName().toString()))
          .filter(tid -> tid != pid)
          .findFirst()
          .orElseThrow();
    }
  }

  /** The start of the first mapping whose line holds a text. */
  private static long address(long pid, String text) {
    String line =
        Programs.lines(Path.of("/proc/" + pid + "/maps")).stream()
            .filter(each -> each.contains(text))
            .findFirst()
            .orElseThrow();
    return Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
  }

  @Test
  void aTwinCannotReadOrTrace() throws Exception {
    long pid = agent.pid();
    long heap = address(pid, "[heap]");
    for (String file : List.of("mem", "environ", "maps", "auxv", "syscall", "stack")) {
      assertThrows(
          IOException.class, () -> asTwin(() -> read(Path.of("/proc/" + pid + "/" + file))), file);
    }
    assertTrue(asTwin(() -> Intruder.readsMemory(pid, heap)) < 0, "process_vm_readv");
    long thread = secondThread(pid);
    assertNull(asTwin(() -> Intruder.traced(thread, tid -> true)), "ptrace");
    for (int fd : OpenDescriptors.list(pid).keySet()) {
      assertTrue(asTwin(() -> Intruder.copiesDescriptor(pid, fd)) < 0, "pidfd_getfd " + fd);
    }
    assertThrows(
        IOException.class, () -> asTwin(() -> Files.list(Path.of("/proc/" + pid + "/fd")).count()));
  }

  /** The control: a program of that uid that is not protected can be read by its twin. */
  @Test
  void aTwinCanReadAnotherProgram() throws Exception {
    Process process =
        new ProcessBuilder("setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups", "cat")
            .start();
    try {
      process.getOutputStream().write('.');
      process.getOutputStream().flush();
      assertEquals('.', process.getInputStream().read());
      long pid = process.pid();
      long heap = address(pid, "[heap]");
      assertTrue(asTwin(() -> read(Path.of("/proc/" + pid + "/environ"))) >= 0);
      assertEquals(16, asTwin(() -> Intruder.readsMemory(pid, heap)));
      int copy = asTwin(() -> Intruder.copiesDescriptor(pid, 1));
      assertTrue(copy >= 0);
      Descriptor.close(copy);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static int read(Path file) throws IOException {
    try (FileInputStream in = new FileInputStream(file.toFile())) {
      return in.read(new byte[1]);
    }
  }

  @Test
  void theToolsOfTheJdkAreRefused() throws Exception {
    String pid = Long.toString(agent.pid());
    String[][] commands = {
      {"jcmd", pid, "Thread.print"},
      {"jcmd", pid, "ManagementAgent.start", "jmxremote.port=17003"},
      {"jcmd", pid, "GC.heap_dump", "/dev/shm/secmem-it-dump"},
      {"jmap", "-histo", pid},
      {"jstack", pid},
      {"jinfo", pid},
      {"jhsdb", "jmap", "--heap", "--pid", pid}
    };
    int tried = 0;
    for (String[] command : commands) {
      Path tool = Path.of(System.getProperty("java.home"), "bin", command[0]);
      if (!Files.isExecutable(tool)) {
        continue;
      }
      tried++;
      String[] words =
          Stream.concat(
                  Stream.of(
                      "setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups", "" + tool),
                  Stream.of(command).skip(1))
              .toArray(String[]::new);
      Programs.Result result = Programs.run(words);
      assertFalse(result.text().contains("dev.secmem"), String.join(" ", command));
      // jhsdb says so and ends with 0.
      assertTrue(
          result.code() != 0 || (result.text() + result.err()).contains("attach"),
          String.join(" ", command) + ": " + result.text());
    }
    assumeTrue(tried > 0, "needs the tools of a JDK");
    assertFalse(Files.exists(Path.of("/dev/shm/secmem-it-dump")));
    assertServes();
  }

  /** What a tool does first: a file that asks the JVM for its attach socket, and SIGQUIT. */
  @Test
  void thereIsNoAttachSocket() throws Exception {
    long pid = agent.pid();
    Path inTmp = Path.of("/tmp/.attach_pid" + pid);
    Path inCwd = agent.folder().resolve(".attach_pid" + pid);
    try {
      asTwin(() -> Files.createFile(inTmp));
      asTwin(() -> Files.createFile(inCwd));
      agent.signal(SIGQUIT);
      // It writes a thread dump, and does what it would do for a tool before that.
      Path stdout = agent.folder().resolve("stdout");
      Await.until(
          "it answers SIGQUIT",
          () -> Programs.lines(stdout).stream().anyMatch(line -> line.contains("Heap")));
    } finally {
      Files.deleteIfExists(inTmp);
      Files.deleteIfExists(inCwd);
    }
    assertFalse(Files.exists(Path.of("/tmp/.java_pid" + pid)));
    assertServes();
  }

  @Test
  void thereIsNoSocketOfTheNetwork() throws Exception {
    Pattern inode = Pattern.compile("socket:\\[(\\d+)]");
    List<String> network =
        Stream.of("tcp", "tcp6", "udp", "udp6", "raw", "netlink", "packet")
            .map(file -> Path.of("/proc/" + agent.pid() + "/net/" + file))
            .filter(Files::exists)
            .flatMap(file -> Programs.lines(file).stream())
            .flatMap(line -> Stream.of(line.trim().split(" +")))
            .toList();
    int sockets = 0;
    for (Map.Entry<Integer, String> open : OpenDescriptors.list(agent.pid()).entrySet()) {
      Matcher matcher = inode.matcher(open.getValue());
      if (matcher.matches()) {
        sockets++;
        assertFalse(network.contains(matcher.group(1)), "descriptor " + open);
      }
    }
    assertNotEquals(0, sockets, "the listening socket was seen");
    String commandLine = Files.readString(Path.of("/proc/" + agent.pid() + "/cmdline"));
    assertFalse(commandLine.contains("jmxremote"), commandLine);
  }

  /** Accepted risks R3 and R30, and what holds even so. */
  @Test
  void rootReadsOrdinaryMemoryAndCopiesDescriptorsButNotTheArena() throws Exception {
    long pid = agent.pid();
    long heap = address(pid, "[heap]");
    assertEquals(16, Intruder.readsMemory(pid, heap), "ordinary memory");
    Map<Integer, String> open = OpenDescriptors.list(pid);
    int slab =
        open.entrySet().stream()
            .filter(each -> each.getValue().contains("memfd:secmem"))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(1);
    int copy = Intruder.copiesDescriptor(pid, slab);
    assertTrue(copy >= 0, "a descriptor");
    Descriptor.close(copy);
    assumeTrue(
        Programs.lines(Path.of("/proc/" + pid + "/maps")).stream()
            .anyMatch(line -> line.contains("secretmem")),
        "needs memfd_secret");
    long arena = address(pid, "secretmem");
    assertTrue(Intruder.readsMemory(pid, arena) < 0, "process_vm_readv of the arena");
    long thread = secondThread(pid);
    assertEquals(true, Intruder.traced(thread, tid -> Intruder.peeks(tid, heap)), "control");
    assertEquals(false, Intruder.traced(thread, tid -> Intruder.peeks(tid, arena)), "ptrace");
    assertTrue(open.values().stream().noneMatch(target -> target.contains("secretmem")));
    assertServes();
  }

  private static void assertServes() {
    try (RawClient client = agent.connect()) {
      assertEquals("ok", client.code("HELLO"));
    }
  }
}
