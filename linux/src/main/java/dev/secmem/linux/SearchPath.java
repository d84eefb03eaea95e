package dev.secmem.linux;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Where a program may lie, by an environment's PATH (execvp(3)). */
final class SearchPath {
  private static final byte[] VARIABLE = {'P', 'A', 'T', 'H', '='};
  private static final byte[] WITHOUT_PATH = {
    '/', 'b', 'i', 'n', ':', '/', 'u', 's', 'r', '/', 'b', 'i', 'n'
  };

  private SearchPath() {}

  /** The paths to try, in order; none for an empty name. */
  static List<byte[]> candidates(byte[] program, List<byte[]> environment) {
    if (program.length == 0) {
      return List.of();
    }
    for (byte b : program) {
      if (b == '/') {
        return List.of(program);
      }
    }
    List<byte[]> candidates = new ArrayList<>();
    byte[] path = path(environment);
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == ':') {
        candidates.add(join(path, start, i, program));
        start = i + 1;
      }
    }
    return candidates;
  }

  private static byte[] path(List<byte[]> environment) {
    for (byte[] variable : environment) {
      if (startsWith(variable, VARIABLE)) {
        byte[] value = new byte[variable.length - VARIABLE.length];
        System.arraycopy(variable, VARIABLE.length, value, 0, value.length);
        return value;
      }
    }
    return WITHOUT_PATH;
  }

  private static boolean startsWith(byte[] text, byte[] start) {
    if (text.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (text[i] != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@code path[from, to)/program}; an empty folder means the current one. */
  private static byte[] join(byte[] path, int from, int to, byte[] program) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(path, from, to - from);
    if (to > from) {
      joined.write('/');
    }
    joined.write(program, 0, program.length);
    return joined.toByteArray();
  }
}
