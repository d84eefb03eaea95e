package dev.secmem.app.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A mapping of a process, as /proc/PID/smaps tells it.
 *
 * @param from its first address
 * @param to the address after its last
 * @param access four letters, {@code rw-p}
 * @param name empty for anonymous memory
 * @param values its other lines by their key: {@code Swap} is {@code 0 kB}
 */
record Mapping(long from, long to, String access, String name, Map<String, String> values) {

  /** All mappings of a process, in the order of their addresses. */
  static List<Mapping> of(long pid) {
    List<Mapping> all = new ArrayList<>();
    for (String line : Programs.lines(Path.of("/proc/" + pid + "/smaps"))) {
      String[] words = line.split(" +", 6);
      if (words[0].endsWith(":")) {
        int colon = line.indexOf(':');
        all.get(all.size() - 1)
            .values()
            .put(line.substring(0, colon), line.substring(colon + 1).strip());
      } else {
        String[] range = words[0].split("-");
        String name = words.length > 5 ? words[5].strip() : "";
        long from = Long.parseUnsignedLong(range[0], 16);
        long to = Long.parseUnsignedLong(range[1], 16);
        all.add(new Mapping(from, to, words[1], name, new HashMap<>()));
      }
    }
    return all;
  }

  boolean contains(long address) {
    return from <= address && address < to;
  }

  /** Whether its pages belong to no file: those that were never touched hold nothing. */
  boolean isAnonymous() {
    return access.endsWith("p") && (name.isEmpty() || name.startsWith("["));
  }

  /** Whether there is memory behind it that is not the kernel's own. */
  boolean hasContent() {
    return !name.startsWith("[v");
  }

  /** Whether it is of memfd_secret(2), which nobody can read from outside. */
  boolean isSecret() {
    return name.startsWith("/secretmem");
  }

  /** A heap of an agent's size lies where references fit into 32 bits: far below other memory. */
  static boolean isOfJavaHeap(long address) {
    return address < 1L << 35;
  }

  /** Whether it is memory that only scratch and arenas have: locked, not dumped, not inherited. */
  boolean isGuarded() {
    return hasFlag("lo") && hasFlag("dd") && hasFlag("dc");
  }

  /** Whether it has one of the two-letter flags of proc(5), VmFlags. */
  boolean hasFlag(String flag) {
    return List.of(values.getOrDefault("VmFlags", "").split(" ")).contains(flag);
  }

  @Override
  public String toString() {
    return String.format(
        "%x-%x %s %s %s", from, to, access, name, values.getOrDefault("VmFlags", ""));
  }
}
