package dev.secmem.transport.uds.identity;

import java.util.Set;

/**
 * The systemd unit that a process is in, from its control groups, as sd_pid_get_unit(3) finds it,
 * but only below {@code system.slice}: there nobody but the system's manager makes groups, while
 * below {@code user.slice} every user names them as he likes.
 */
final class UnitName {
  private static final int MAX_LENGTH = 255;

  /** The types of unit that hold processes themselves. */
  private static final Set<String> TYPES = Set.of("service", "scope", "socket", "mount", "swap");

  private UnitName() {}

  /**
   * The unit, or null.
   *
   * @param cgroups the content of /proc/PID/cgroup (cgroups(7)): {@code 0::PATH} where the unified
   *     hierarchy is, {@code N:name=systemd:PATH} where systemd has one of its own
   */
  static String ofCgroups(String cgroups) {
    String unified = null;
    String named = null;
    for (String line : cgroups.split("\n")) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3 && fields[0].equals("0") && fields[1].isEmpty()) {
        unified = ofPath(fields[2]);
      } else if (fields.length == 3 && fields[1].equals("name=systemd")) {
        named = ofPath(fields[2]);
      }
    }
    if (unified != null && named != null && !unified.equals(named)) {
      return null; // two answers are none
    }
    return unified != null ? unified : named;
  }

  private static String ofPath(String path) {
    String[] parts = path.split("/", -1);
    // A path begins with a slash: the first part is empty. "/../" leads out of a cgroup namespace.
    if (parts.length < 3 || !parts[0].isEmpty() || !parts[1].equals("system.slice")) {
      return null;
    }
    int i = 2;
    while (i < parts.length && parts[i].endsWith(".slice")) {
      i++;
    }
    String name = i < parts.length ? unescape(parts[i]) : "";
    return isOne(name) ? name : null;
  }

  /** A group whose name the kernel might take for a file of its own is written with "_" before. */
  private static String unescape(String name) {
    return name.startsWith("_") ? name.substring(1) : name;
  }

  /** Whether it is the name of a unit that a process of the system can be in. */
  static boolean isOne(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 1 || name.length() > MAX_LENGTH || !TYPES.contains(name.substring(dot + 1))) {
      return false;
    }
    for (int i = 0; i < dot; i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && ":-_.\\@".indexOf(c) < 0) {
        return false;
      }
    }
    // user@UID.service is a user's own manager, below which he makes what he likes; name@.service
    // is a template.
    return name.charAt(0) != '@' && !name.startsWith("user@") && name.charAt(dot - 1) != '@';
  }
}
