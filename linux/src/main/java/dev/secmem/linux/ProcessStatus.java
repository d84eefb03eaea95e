package dev.secmem.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Whose a process is (proc_pid_status(5)).
 *
 * @param uid the effective one
 * @param gid the effective one
 * @param groups supplementary ones
 * @param capabilities the effective ones, a bit each (capabilities(7))
 */
public record ProcessStatus(long uid, long gid, long[] groups, long capabilities) {
  private static final int CAP_SYS_PTRACE = 19;

  /** The process that has that pid now. */
  public static ProcessStatus of(int pid) throws IOException {
    return read(Path.of("/proc", Integer.toString(pid), "status"));
  }

  /** This thread's process. */
  public static ProcessStatus ofSelf() throws IOException {
    return read(Path.of("/proc/thread-self/status"));
  }

  /** Reads a file of that form. */
  public static ProcessStatus read(Path file) throws IOException {
    long uid = -1;
    long gid = -1;
    long capabilities = 0;
    long[] groups = {};
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      String[] words = line.split("[\t ]+");
      switch (words[0]) {
        case "Uid:" -> uid = Long.parseLong(words[2]);
        case "Gid:" -> gid = Long.parseLong(words[2]);
        case "CapEff:" -> capabilities = Long.parseUnsignedLong(words[1], 16);
        case "Groups:" ->
            groups = Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
        default -> {
          continue;
        }
      }
    }
    if (uid < 0 || gid < 0) {
      throw new IOException("no ids in " + file);
    }
    return new ProcessStatus(uid, gid, groups, capabilities);
  }

  /** Whether it may look at the processes of other users (CAP_SYS_PTRACE). */
  public boolean mayTrace() {
    return (capabilities & 1L << CAP_SYS_PTRACE) != 0;
  }

  @Override
  public long[] groups() {
    return groups.clone();
  }
}
