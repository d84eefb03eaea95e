package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Descriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Others try to get into the agent: a process of the same uid, and root as far as a claim says. */
@Tag("proof")
class IntrusionIT {
  private static final int UID = 7003;
  private static final int SIGQUIT = 3;

  /** What a user could put into the environment to open a door. */
  private static final String DOORS =
      "-XX:-DisableAttachMechanism -Dcom.sun.management.jmxremote.port=0"
          + " -Dcom.sun.management.jmxremote.authenticate=false"
          + " -Dcom.sun.management.jmxremote.ssl=false";

  private static AgentProcess agent;

  /** The control: what is refused of the agent is not of this. */
  private static OrdinaryJvm ordinary;

  @BeforeAll
  static void start() throws IOException {
    Needs.otherUids();
    agent =
        AgentProcess.with()
            .uid(UID)
            .environment("JAVA_TOOL_OPTIONS", DOORS)
            .environment("JDK_JAVA_OPTIONS", DOORS)
            .environment("_JAVA_OPTIONS", DOORS)
            .start();
    ordinary = new OrdinaryJvm(UID, DOORS);
  }

  @AfterAll
  static void stop() throws IOException {
    if (agent != null) {
      agent.close();
    }
    if (ordinary != null) {
      ordinary.close();
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

  /** The ways in that this uid has to a process. */
  private static Set<String> waysIn(long pid) throws Exception {
    long heap = address(pid, "[heap]");
    long thread = secondThread(pid);
    Set<Integer> descriptors = OpenDescriptors.list(pid).keySet();
    return asTwin(
        () -> {
          Set<String> open = new TreeSet<>();
          for (String file : List.of("mem", "environ", "maps", "smaps", "auxv", "syscall")) {
            if (reads(Path.of("/proc/" + pid + "/" + file), file.equals("mem") ? heap : 0)) {
              open.add(file);
            }
          }
          for (String folder : List.of("fd", "fdinfo", "map_files")) {
            if (lists(Path.of("/proc/" + pid + "/" + folder))) {
              open.add(folder);
            }
          }
          if (Intruder.readsMemory(pid, heap) == 16) {
            open.add("process_vm_readv");
          }
          if (Boolean.TRUE.equals(Intruder.traced(thread, tid -> Intruder.peeks(tid, heap)))) {
            open.add("ptrace");
          }
          for (int fd : descriptors) {
            int copy = Intruder.copiesDescriptor(pid, fd);
            if (copy >= 0) {
              Descriptor.close(copy);
              open.add("pidfd_getfd");
            }
          }
          return open;
        });
  }

  private static boolean reads(Path file, long at) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(at);
      return in.read(new byte[1]) == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean lists(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count() > 0;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void aTwinHasNoWayInto() throws Exception {
    assertEquals(Set.of(), waysIn(agent.pid()));
    assertServes();
    Set<String> control = new TreeSet<>(waysIn(ordinary.pid()));
    Set<String> all =
        Set.of(
            "mem",
            "environ",
            "maps",
            "smaps",
            "auxv",
            "syscall",
            "fd",
            "fdinfo",
            "map_files",
            "process_vm_readv",
            "ptrace",
            "pidfd_getfd");
    assumeTrue(isTracingFree(), "the control: Yama lets no process trace another one here");
    assertEquals(new TreeSet<>(all), control, "the control: what is not protected");
  }

  /** kernel.yama.ptrace_scope, where there is such a module. */
  private static boolean isTracingFree() {
    Path scope = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    return !Files.exists(scope) || Programs.lines(scope).equals(List.of("0"));
  }

  private static final String DUMP = "/dev/shm/secmem-it-dump-" + ProcessHandle.current().pid();

  /** The tools of the JDK that attach to a JVM, with what each prints of one that lets it. */
  private static final Map<List<String>, String> TOOLS =
      Map.of(
          List.of("jcmd", "PID", "Thread.print"), "\"main\"",
          List.of("jcmd", "PID", "VM.command_line"), "java_command",
          List.of("jcmd", "PID", "GC.heap_dump", DUMP), "dump",
          List.of("jmap", "-histo", "PID"), "java.lang.String",
          List.of("jstack", "PID"), "\"main\"",
          List.of("jinfo", "PID"), "java.class.path");

  /** How long a tool waits for a JVM that does not answer; ten seconds if it is not told. */
  private static final String BRIEFLY = "-J-Dsun.tools.attach.attachTimeout=2000";

  private static Programs.Result tool(
      List<String> command, long pid, boolean asTwin, String... options) {
    List<String> words = new ArrayList<>();
    if (asTwin) {
      words.addAll(List.of("setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups"));
    }
    Path tool = Path.of(System.getProperty("java.home"), "bin", command.get(0));
    assumeTrue(Files.isExecutable(tool), "needs the tools of a JDK: " + tool);
    words.add(tool.toString());
    words.addAll(List.of(options));
    for (String word : command.subList(1, command.size())) {
      words.add(word.equals("PID") ? Long.toString(pid) : word);
    }
    return Programs.run(words.toArray(new String[0]));
  }

  @Test
  void theToolsOfTheJdkAreRefusedToTwinAndRoot() throws Exception {
    Files.deleteIfExists(Path.of(DUMP));
    for (Map.Entry<List<String>, String> each : TOOLS.entrySet()) {
      for (boolean asTwin : new boolean[] {true, false}) {
        Programs.Result result = tool(each.getKey(), agent.pid(), asTwin, BRIEFLY);
        assertNotEquals(0, result.code(), each.getKey() + ": " + result.text());
        assertEquals("", result.text().replaceAll("\\d+:\n", ""), each.getKey().toString());
      }
    }
    assertFalse(Files.exists(Path.of(DUMP)));
    // It reads memory from outside, which root may (R3). It says that it cannot, and ends with 0.
    Programs.Result outside = tool(List.of("jhsdb", "jstack", "--pid", "PID"), agent.pid(), true);
    assertTrue((outside.text() + outside.err()).contains("attach"), outside.text());
    assertFalse(outside.text().contains("dev.secmem"), outside.text());
    assertServes();
  }

  @Test
  void theToolsOfTheJdkWorkOnAnOrdinaryJvm() throws Exception {
    try {
      for (Map.Entry<List<String>, String> each : TOOLS.entrySet()) {
        Programs.Result result = tool(each.getKey(), ordinary.pid(), true);
        assertEquals(0, result.code(), each.getKey() + ": " + result.err());
        assertTrue(result.text().contains(each.getValue()), each.getKey() + ": " + result.text());
      }
      assertTrue(Files.exists(Path.of(DUMP)), "a heap dump");
    } finally {
      Files.deleteIfExists(Path.of(DUMP));
    }
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
    assertEquals(Set.of(), networkSockets(agent.pid()));
    String commandLine = Files.readString(Path.of("/proc/" + agent.pid() + "/cmdline"));
    assertFalse(commandLine.contains("jmxremote"), commandLine);
    assertNotEquals(Set.of(), networkSockets(ordinary.pid()), "the control: its port for JMX");
  }

  /** Open sockets of a process that are of the network; it must have one of some kind. */
  private static Set<String> networkSockets(long pid) {
    Pattern inode = Pattern.compile("socket:\\[(\\d+)]");
    List<String> network =
        Stream.of("tcp", "tcp6", "udp", "udp6", "raw", "netlink", "packet")
            .map(file -> Path.of("/proc/" + pid + "/net/" + file))
            .filter(Files::exists)
            .flatMap(file -> Programs.lines(file).stream())
            .flatMap(line -> Stream.of(line.trim().split(" +")))
            .toList();
    Set<String> found = new TreeSet<>();
    int sockets = 0;
    for (String target : OpenDescriptors.list(pid).values()) {
      Matcher matcher = inode.matcher(target);
      if (matcher.matches()) {
        sockets++;
        if (network.contains(matcher.group(1))) {
          found.add(target);
        }
      }
    }
    assertNotEquals(0, sockets, "a socket was seen");
    return found;
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
