package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Descriptors of every kind that a client may send. Those that hold text hold a marker, or a
 * mnemonic. Safe for use by multiple threads once nothing is added.
 */
final class DescriptorStock implements AutoCloseable {
  private static final int O_DIRECTORY = 0x10000;
  private static final int O_PATH = 0x200000;
  private static final int CLOEXEC = 0x80000;
  private static final int SYS_PIDFD_OPEN = 434;
  private static final int SYS_USERFAULTFD =
      System.getProperty("os.arch").equals("aarch64") ? 282 : 323;
  private static final ByteBuffer TERMINAL =
      ByteBuffer.allocateDirect(16).put("/dev/ptmx".getBytes(StandardCharsets.US_ASCII)).clear();
  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();

  private final List<Integer> all = new ArrayList<>();
  private final List<Integer> values = new ArrayList<>();
  private final List<Integer> mnemonics = new ArrayList<>();
  private final Path onDisk;
  private final int shrinking;
  private final Thread shrinker;
  private volatile boolean closed;

  /**
   * @param socket where an agent listens: a connection to it is sent, too
   */
  DescriptorStock(String marker, int limitBytes, String socket) {
    try {
      for (int size : new int[] {0, 1, marker.length(), 8191, limitBytes - 1, limitBytes}) {
        values.add(
            Kernel.memfd((marker + "#").repeat(size / marker.length() + 1).substring(0, size)));
      }
      int sealed = Kernel.memfd(marker);
      Memfd.addSeals(sealed, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE);
      values.add(sealed);
      for (int i = 0; i < 6; i++) {
        mnemonics.add(Kernel.memfd(Mnemonics.LEGAL));
      }
      mnemonics.add(Kernel.memfd(Mnemonics.ZOO));
      mnemonics.add(Kernel.memfd("legal winner thank year wave"));
      addSizes(limitBytes);
      onDisk = Files.writeString(Files.createTempFile(Path.of("target"), "fuzz", ""), marker);
      addFiles();
      addOthers(socket);
      shrinking = Kernel.memfd(new byte[limitBytes]);
      all.add(shrinking);
      all.addAll(values);
      all.addAll(mnemonics);
    } catch (LinuxException | IOException e) {
      throw new AssertionError(e);
    }
    shrinker = new Thread(() -> shrink(limitBytes), "shrinker");
    shrinker.setDaemon(true);
    shrinker.start();
  }

  private void addSizes(int limitBytes) throws LinuxException {
    all.add(Kernel.memfd(new byte[limitBytes + 1]));
    int sparse = Memfd.create();
    Memfd.resize(sparse, 1L << 40);
    all.add(sparse);
  }

  private void addFiles() throws IOException {
    all.add(Kernel.open(onDisk.toString(), Kernel.O_RDWR));
    all.add(Kernel.open("/proc/self", Kernel.O_RDONLY | O_DIRECTORY));
    all.add(Kernel.open("/dev/null", Kernel.O_RDWR));
    all.add(Kernel.open("/dev/zero", Kernel.O_RDONLY));
    all.add(Kernel.open("/proc/self/status", Kernel.O_RDONLY));
    all.add(Kernel.open("/proc/self/mem", Kernel.O_RDWR));
    all.add(Kernel.open("/proc/self/fd/" + values.get(2), Kernel.O_WRONLY));
    all.add(Kernel.open("/proc/self/fd/" + values.get(2), O_PATH));
    Path shared = Path.of("/dev/shm");
    if (Files.isWritable(shared)) {
      Path file = Files.writeString(Files.createTempFile(shared, "secmem-it", ""), "from tmpfs");
      all.add(Kernel.open(file.toString(), Kernel.O_RDONLY));
      all.add(Kernel.open(shared.toString(), Kernel.O_RDONLY | O_DIRECTORY));
      Files.delete(file);
    }
  }

  private void addOthers(String socket) throws LinuxException {
    for (int[] pair : new int[][] {Kernel.pipe(), UnixSocket.pair()}) {
      all.add(pair[0]);
      all.add(pair[1]);
    }
    all.add(UnixSocket.connect(socket));
    all.add(made("eventfd", 0, CLOEXEC));
    all.add(made("epoll_create1", CLOEXEC));
    all.add(made("timerfd_create", 1, CLOEXEC));
    all.add(made("inotify_init1", CLOEXEC));
    ByteBuffer noSignals = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    all.add(made("signalfd", -1, NativeLibrary.addressOf(noSignals), CLOEXEC));
    all.add(made("socket", 2, 1 | CLOEXEC, 0));
    all.add(made("socket", 1, 2 | CLOEXEC, 0)); // datagrams
    all.add(made("socket", 16, 3 | CLOEXEC, 0)); // netlink
    addIfThere("memfd_create", NativeLibrary.addressOf(noSignals), 4); // of huge pages, empty
    addIfThere("syscall", SYS_PIDFD_OPEN, ProcessHandle.current().pid(), 0);
    addIfThere("syscall", SYS_USERFAULTFD, CLOEXEC, 0);
    addIfThere("open64", NativeLibrary.addressOf(TERMINAL), Kernel.O_RDWR | CLOEXEC, 0);
    try (RawClient client = new RawClient(socket)) {
      // What the agent delivers, and a connection whose other end is gone.
      all.add(client.ask("WHOAMI").descriptor());
      all.add(duplicate(client.socket()));
    }
    int secret = Kernel.secretMemory();
    if (secret >= 0) {
      Memfd.resize(secret, 4096);
      all.add(secret);
    }
  }

  /** Some kernels and users have no such descriptor. */
  private void addIfThere(String function, long... arguments) {
    int fd = called(function, arguments);
    if (fd >= 0) {
      all.add(fd);
    }
  }

  private static int duplicate(int fd) {
    return made("dup", fd);
  }

  private static int made(String function, long... arguments) {
    int fd = called(function, arguments);
    if (fd < 0) {
      throw new AssertionError(function + " failed");
    }
    return fd;
  }

  private static int called(String function, long... arguments) {
    NativeFunction call = LIBC.function(function, arguments.length);
    return (int)
        switch (arguments.length) {
          case 1 -> call.call(arguments[0]);
          case 2 -> call.call(arguments[0], arguments[1]);
          default -> call.call(arguments[0], arguments[1], arguments[2]);
        };
  }

  private void shrink(int limitBytes) {
    for (long size = 0; !closed; size = size == 0 ? limitBytes : 0) {
      try {
        Memfd.resize(shrinking, size);
        Thread.sleep(1);
      } catch (LinuxException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  int kinds() {
    return all.size();
  }

  /** Adds a body that verbs on keys can make something of. */
  void add(byte[] envelope) {
    int fd = Kernel.memfd(envelope);
    all.add(fd);
    values.add(fd);
    values.add(fd);
  }

  /** Any of them. */
  int any(Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /** A file in RAM of a legal size. */
  int value(Random random) {
    return values.get(random.nextInt(values.size()));
  }

  /** What UNLOCK is given: mostly the right mnemonic. */
  int mnemonic(Random random) {
    return mnemonics.get(random.nextInt(mnemonics.size()));
  }

  @Override
  public void close() {
    closed = true;
    try {
      shrinker.join();
      Files.delete(onDisk);
    } catch (InterruptedException | IOException e) {
      throw new AssertionError(e);
    }
    all.stream().distinct().forEach(Descriptor::close);
  }
}
