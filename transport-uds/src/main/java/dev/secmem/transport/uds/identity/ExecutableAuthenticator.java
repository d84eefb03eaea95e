package dev.secmem.transport.uds.identity;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorOptions;
import dev.secmem.api.identity.Peer;
import dev.secmem.linux.ProcessStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * {@code exe:PATH}: the peer's process runs the program whose file is at that path now.
 *
 * <p>This narrows mistakes and is no border within a uid: whoever may start the program can connect
 * first, start it in the connection's process, and ask from another one that shares the connection;
 * and who runs as the same uid can have the program do his will by its environment or a debugger.
 */
final class ExecutableAuthenticator implements Authenticator {
  private static final String KIND = "exe";
  private static final int MAX_PATH_BYTES = 4095;

  /** How the kernel ends the path of a file that has none any more, percent-encoded. */
  private static final String DELETED = "%20%28deleted%29";

  private final ProcessReader reader;
  private final AuthenticatorOptions options;
  private final boolean seesOthers;

  ExecutableAuthenticator(ProcessReader reader, AuthenticatorOptions options) {
    this(reader, options, mayTrace());
  }

  ExecutableAuthenticator(ProcessReader reader, AuthenticatorOptions options, boolean seesOthers) {
    this.reader = reader;
    this.options = options;
    this.seesOthers = seesOthers;
  }

  private static boolean mayTrace() {
    try {
      return ProcessStatus.ofSelf().mayTrace();
    } catch (IOException e) {
      return false; // when in doubt it may not: a grant is refused with the reason
    }
  }

  @Override
  public Set<String> kinds() {
    return Set.of(KIND);
  }

  @Override
  public String normalize(String kind, String value) {
    if (!kind.equals(KIND)) {
      throw new IllegalArgumentException("not a grant of programs: " + kind);
    }
    byte[] path = PercentEncoding.decode(value);
    // A look at the text only: nothing of the file system is told to whom may not see it.
    String text = new String(path, StandardCharsets.ISO_8859_1);
    boolean plain =
        text.length() > 1
            && text.charAt(0) == '/'
            && text.indexOf('\0') < 0
            && path.length <= MAX_PATH_BYTES;
    for (String part : text.substring(plain ? 1 : 0).split("/", -1)) {
      plain &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    if (!plain) {
      throw new IllegalArgumentException("exe: needs an absolute path without . .. and //");
    }
    return PercentEncoding.encode(path);
  }

  @Override
  public boolean matches(Peer peer, String kind, String value) throws PluginException {
    String wanted = normalize(kind, value);
    RunningProgram program = RunningProgram.of(reader, peer);
    return program.path().equals(wanted) && program.isAtItsPath();
  }

  @Override
  public List<String> values(Peer peer, String kind) throws PluginException {
    RunningProgram program = RunningProgram.of(reader, peer);
    if (!program.isAtItsPath()) {
      throw ProcessReader.failure(KIND, "the program's file was deleted or replaced");
    }
    return List.of(program.path());
  }

  @Override
  public String refusal(Peer peer, String kind, String value) {
    RunningProgram program = RunningProgram.of(reader, peer);
    try {
      String path = program.path();
      return path.equals(value) || path.equals(value + DELETED)
          ? "the program's file was deleted or replaced since it started"
          : "it runs another program";
    } catch (PluginException e) {
      return "its program cannot be seen";
    }
  }

  @Override
  public void approve(Peer owner, String kind, String value, boolean others) {
    String path = normalize(kind, value);
    if (others && !seesOthers) {
      throw new IllegalArgumentException(
          "exe: this agent cannot see programs of other uids (no CAP_SYS_PTRACE); add +uid:ITS_OWN");
    }
    byte[] bytes = PercentEncoding.decode(path);
    if (!options.allowInterpreter()
        && Interpreters.isOne(new String(bytes, StandardCharsets.ISO_8859_1))) {
      throw new IllegalArgumentException(
          "exe: an interpreter runs whatever it is told to; needs the agent's --allow-interpreter");
    }
    ProgramFile.check(owner, bytes);
  }
}
