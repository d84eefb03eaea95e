package dev.secmem.app.launch;

import dev.secmem.linux.ChildProcess;
import dev.secmem.linux.SignalState;
import java.nio.file.Path;

/** A JVM of its own that starts its arguments as the agent does, for {@link CommandLaunchTest}. */
final class CommandProbe {
  private CommandProbe() {}

  public static void main(String[] args) throws Exception {
    SignalState signals = SignalState.ofCaller();
    CallerEnvironment environment =
        CallerEnvironment.read().with("SECMEM_SOCK", "/sock").withPathFirst(Path.of("/our/bin"));
    CallerDescriptors.keepOnlyThese();
    ChildProcess child =
        ChildProcess.spawn(CallerCommand.lastWords(args.length), environment.variables(), signals);
    System.exit(child.waitFor());
  }
}
