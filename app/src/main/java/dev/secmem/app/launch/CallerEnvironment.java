package dev.secmem.app.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The environment variables as the launcher's caller set them, byte for byte.
 *
 * <p>The launcher (lib/launch.sh) hides some from the JVM: it saves the variable {@code X} as
 * {@code SECMEM_SAVED_X}, and sets some of the C library's (LC_ALL, MALLOC_…) for the JVM. Names
 * that a shell cannot hold as variables are lost there. For {@code secmemctl exec} it hands on all
 * of them in base64 instead, and nothing is lost.
 *
 * <p>Immutable: each method gives a changed copy.
 */
public final class CallerEnvironment {
  /** Set by the launcher to the folder of the distribution. */
  public static final String HOME_PROPERTY = "secmem.home";

  /** Set by the launcher: how many variables hold pieces of the environment in base64. */
  static final String PIECES_PROPERTY = "secmem.environ";

  private static final String PIECE = "SECMEM_ENVIRON_";
  private static final Path ENVIRONMENT = Path.of("/proc/self/environ");
  private static final byte[] SAVED = bytes("SECMEM_SAVED_");
  private static final List<byte[]> LAUNCHERS_OWN =
      List.of(
          bytes("LC_ALL="),
          bytes("MALLOC_PERTURB_="),
          bytes("MALLOC_ARENA_MAX="),
          bytes("MALLOC_MMAP_THRESHOLD_="));

  private final List<byte[]> variables;

  private CallerEnvironment(List<byte[]> variables) {
    this.variables = variables;
  }

  /** Nothing at all. */
  public static CallerEnvironment empty() {
    return new CallerEnvironment(List.of());
  }

  /** Reads what this process was started with. To be called while the process is dumpable. */
  public static CallerEnvironment read() throws IOException {
    String pieces = System.getProperty(PIECES_PROPERTY);
    if (pieces != null) {
      return joined(NulSeparated.split(Files.readAllBytes(ENVIRONMENT)), Integer.parseInt(pieces));
    }
    return restored(
        NulSeparated.split(Files.readAllBytes(ENVIRONMENT)),
        System.getProperty(HOME_PROPERTY) != null);
  }

  static CallerEnvironment restored(List<byte[]> variables, boolean launched) {
    List<byte[]> restored = new ArrayList<>();
    for (byte[] variable : variables) {
      if (!launched) {
        restored.add(variable);
      } else if (startsWith(variable, SAVED)) {
        restored.add(Arrays.copyOfRange(variable, SAVED.length, variable.length));
      } else if (LAUNCHERS_OWN.stream().noneMatch(own -> startsWith(variable, own))) {
        restored.add(variable);
      }
    }
    return new CallerEnvironment(restored);
  }

  /** The environment whose pieces are among these variables. */
  static CallerEnvironment joined(List<byte[]> variables, int pieces) {
    byte[] joined = {};
    for (int i = 0; i < pieces; i++) {
      joined = concat(joined, value(variables, bytes(PIECE + i + "=")));
    }
    return new CallerEnvironment(NulSeparated.split(Base64.getDecoder().decode(joined)));
  }

  private static byte[] value(List<byte[]> variables, byte[] nameAndEquals) {
    for (byte[] variable : variables) {
      if (startsWith(variable, nameAndEquals)) {
        return Arrays.copyOfRange(variable, nameAndEquals.length, variable.length);
      }
    }
    throw new IllegalStateException("the launcher's word on the environment is incomplete");
  }

  /** Without a variable. */
  public CallerEnvironment without(String name) {
    byte[] nameAndEquals = bytes(name + "=");
    List<byte[]> changed = new ArrayList<>();
    for (byte[] variable : variables) {
      if (!startsWith(variable, nameAndEquals)) {
        changed.add(variable);
      }
    }
    return new CallerEnvironment(changed);
  }

  /** With a variable set, in its place if it is there already. */
  public CallerEnvironment with(String name, String value) {
    return with(bytes(name + "="), bytes(value));
  }

  /** Without some variables. */
  public CallerEnvironment without(List<String> names) {
    List<byte[]> kept = new ArrayList<>(variables);
    for (String name : names) {
      byte[] nameAndEquals = bytes(name + "=");
      kept.removeIf(variable -> startsWith(variable, nameAndEquals));
    }
    return new CallerEnvironment(kept);
  }

  /** With a folder before all others in PATH. */
  public CallerEnvironment withPathFirst(Path folder) {
    byte[] path = bytes("PATH=");
    byte[] rest = bytes("/usr/local/bin:/usr/bin:/bin");
    for (byte[] variable : variables) {
      if (startsWith(variable, path)) {
        rest = Arrays.copyOfRange(variable, path.length, variable.length);
        break;
      }
    }
    return with(path, concat(bytes(folder + ":"), rest));
  }

  /** {@code NAME=value} each, as {@link dev.secmem.linux.ChildProcess} takes them. */
  public List<byte[]> variables() {
    return List.copyOf(variables);
  }

  private CallerEnvironment with(byte[] nameAndEquals, byte[] value) {
    List<byte[]> changed = new ArrayList<>();
    byte[] variable = concat(nameAndEquals, value);
    boolean placed = false;
    for (byte[] other : variables) {
      if (!startsWith(other, nameAndEquals)) {
        changed.add(other);
      } else if (!placed) {
        changed.add(variable);
        placed = true;
      }
    }
    if (!placed) {
      changed.add(variable);
    }
    return new CallerEnvironment(changed);
  }

  private static boolean startsWith(byte[] text, byte[] start) {
    return text.length >= start.length
        && Arrays.equals(text, 0, start.length, start, 0, start.length);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
