package dev.secmem.app.launch;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which open descriptors are the caller's and which the JVM's own: it opens its files without
 * close-on-exec.
 */
public final class CallerDescriptors {
  /** Set by the launcher: the numbers that were open when it started java, separated by commas. */
  static final String OPEN_PROPERTY = "secmem.fds";

  private static final File FOLDER = new File("/proc/self/fd");

  private CallerDescriptors() {}

  /**
   * Makes every descriptor close-on-exec but those that came from the caller. Without the
   * launcher's word on these, all but the files of the JDK and of the distribution are taken for
   * the caller's.
   */
  public static void keepOnlyThese() throws IOException, LinuxException {
    Set<String> known = fromLauncher();
    String[] names = FOLDER.list();
    if (names == null) {
      throw new IOException("cannot list " + FOLDER);
    }
    for (String name : names) {
      int fd = Integer.parseInt(name);
      boolean callers = known == null || known.contains(name);
      // What stands in the place of a closed standard descriptor is not the caller's either.
      if (!callers || fd > 2 && isOurs(name)) {
        closeOnExec(fd);
      }
    }
  }

  /**
   * The caller's, for a program that is to get no others.
   *
   * @return in no order
   */
  public static int[] numbers() throws IOException {
    Set<String> known = fromLauncher();
    String[] names = FOLDER.list();
    if (names == null) {
      throw new IOException("cannot list " + FOLDER);
    }
    int[] numbers = new int[names.length];
    int count = 0;
    for (String name : names) {
      int fd = Integer.parseInt(name);
      // What the launcher saw open is still the same: nobody closed it.
      if (known == null ? isOpen(name) && (fd <= 2 || !isOurs(name)) : known.contains(name)) {
        numbers[count++] = fd;
      }
    }
    return Arrays.copyOf(numbers, count);
  }

  /** Not the one through which the folder was listed, which is closed by now. */
  private static boolean isOpen(String name) {
    return Files.isSymbolicLink(Path.of(FOLDER.getPath(), name));
  }

  private static Set<String> fromLauncher() {
    String numbers = System.getProperty(OPEN_PROPERTY);
    return numbers == null ? null : new HashSet<>(List.of(numbers.split(",")));
  }

  private static boolean isOurs(String name) throws IOException {
    Path file;
    try {
      file = Files.readSymbolicLink(Path.of(FOLDER.getPath(), name));
    } catch (NoSuchFileException e) {
      // The one through which the folder was listed; it is closed by now.
      return false;
    }
    return isBelow(file, System.getProperty("java.home"))
        || isBelow(file, System.getProperty(CallerEnvironment.HOME_PROPERTY));
  }

  private static boolean isBelow(Path file, String folder) throws IOException {
    return folder != null && file.startsWith(Path.of(folder).toRealPath());
  }

  private static void closeOnExec(int fd) throws LinuxException {
    try {
      Descriptor.setCloseOnExec(fd, true);
    } catch (LinuxException e) {
      // The one through which the folder was listed is among them, and closed by now.
      if (e.errno() != Errno.EBADF) {
        throw e;
      }
    }
  }
}
