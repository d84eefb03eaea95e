package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.launch.CallerCommand;
import dev.secmem.app.launch.CallerDescriptors;
import dev.secmem.app.launch.CallerEnvironment;
import dev.secmem.app.launch.CallerSignals;
import dev.secmem.linux.Errno;
import dev.secmem.linux.Exec;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code secmemctl exec}: becomes a program that finds secrets in its environment or in files. */
final class ExecCommand implements AutoCloseable {
  /** As env(1) answers for itself, so that every other code is the program's. */
  static final int OWN_FAILURE = 125;

  static final int NOT_EXECUTABLE = 126;
  static final int NO_PROGRAM = 127;

  private static final int FIRST_BYTES = 4096;

  private final Arguments arguments;
  private final long coreLimit;
  private final LockedBytes values;

  /** Where the variables with values end in {@link #values}. */
  private final List<Integer> ends = new ArrayList<>();

  private final List<Delivery> files = new ArrayList<>();
  private CallerEnvironment environment;

  private ExecCommand(Arguments arguments) throws LinuxException, IOException {
    this.arguments = arguments;
    this.coreLimit = ResourceLimit.CORE.soft();
    // Until the program takes over: a core dump of this process could hold a value.
    ResourceLimit.CORE.set(0, ResourceLimit.CORE.hard());
    this.environment =
        arguments.has(DailySyntax.PRISTINE) ? CallerEnvironment.empty() : CallerEnvironment.read();
    this.values = LockedBytes.withRoomFor(FIRST_BYTES);
  }

  /** Becomes the program; does not return, unless by an exception. */
  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    if (!arguments.operandsFollowHyphens()) {
      throw new UsageException(
          "write '--' before the command: secmemctl exec [options] -- "
              + arguments.operand()
              + " ..."
              + arguments.seeHelp());
    }
    List<Binding> bindings = new ArrayList<>();
    for (CommandOption option : new CommandOption[] {DailySyntax.ENV, DailySyntax.FILE}) {
      for (String text : arguments.values(option)) {
        bindings.add(Binding.parse(option, text));
      }
    }
    checkPrefixes(arguments);
    try (ExecCommand command = new ExecCommand(arguments)) {
      if (!bindings.isEmpty() || arguments.has(DailySyntax.PREFIX)) {
        command.fetch(bindings);
      }
      command.replaceProcess();
    }
  }

  /** The exit code of this program for a failure that is nobody else's. */
  static int exitCode(int code) {
    return code == NOT_EXECUTABLE || code == NO_PROGRAM ? code : OWN_FAILURE;
  }

  private static void checkPrefixes(Arguments arguments) throws UsageException {
    for (String prefix : arguments.values(DailySyntax.PREFIX)) {
      if (!Arguments.checkedName(prefix).endsWith("/")) {
        throw new UsageException("a prefix ends with '/': --prefix " + prefix + "/");
      }
    }
  }

  private void fetch(List<Binding> bindings)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (SecretClient client = AgentConnection.open(arguments)) {
      for (String prefix : arguments.values(DailySyntax.PREFIX)) {
        addPrefix(client, prefix, bindings);
      }
      refuseCollisions(bindings);
      WantedSecrets wanted =
          new WantedSecrets(
              client,
              arguments.has(DailySyntax.LENIENT),
              "the command is not started; --lenient goes on without what is missing");
      Set<String> present = wanted.present(names(bindings));
      for (Binding binding : bindings) {
        Delivery delivery = present.contains(binding.name) ? wanted.get(binding.name) : null;
        // A variable of the caller's must not be taken for the secret that is missing.
        environment = environment.without(binding.variable);
        if (delivery != null) {
          bind(binding, delivery);
        }
      }
    }
  }

  private static void addPrefix(SecretClient client, String prefix, List<Binding> bindings)
      throws SecretClientException, CtlException, LinuxException, IOException {
    Set<String> named = names(bindings);
    Set<String> names = SecretList.names(client, prefix);
    if (names.isEmpty()) {
      Messages.say("note: you may read no secret whose name begins with " + prefix);
    }
    for (String name : names) {
      if (name.length() > prefix.length() && !named.contains(name)) {
        bindings.add(new Binding(VariableName.of(name.substring(prefix.length())), name, false));
      }
    }
  }

  private static Set<String> names(List<Binding> bindings) {
    Set<String> names = new LinkedHashSet<>();
    for (Binding binding : bindings) {
      names.add(binding.name);
    }
    return names;
  }

  private static void refuseCollisions(List<Binding> bindings) throws CtlException {
    Map<String, Binding> variables = new HashMap<>();
    for (Binding binding : bindings) {
      Binding other = variables.put(binding.variable, binding);
      if (other != null) {
        throw new CtlException(
            OWN_FAILURE,
            other.name
                + " and "
                + binding.name
                + " would both become "
                + binding.variable
                + "; give one of them another variable by --env VAR=NAME");
      }
    }
  }

  private void bind(Binding binding, Delivery delivery)
      throws SecretClientException, CtlException, LinuxException, IOException {
    if (binding.file) {
      files.add(delivery);
      environment = environment.with(binding.variable, "/proc/self/fd/" + delivery.descriptor());
      return;
    }
    try (delivery) {
      values.add(binding.variable);
      values.add((byte) '=');
      int start = values.size();
      values.add(delivery);
      for (int i = start; i < values.size(); i++) {
        if (values.get(i) == 0) {
          throw new CtlException(
              OWN_FAILURE,
              binding.name
                  + " holds a NUL byte, which no variable can; give it as a file: --file "
                  + binding.variable
                  + "="
                  + binding.name);
        }
      }
      values.add((byte) 0);
      ends.add(values.size());
    }
  }

  private void replaceProcess() throws CtlException, LinuxException, IOException {
    String program = arguments.operand();
    Exec exec =
        new Exec(CallerCommand.lastWords(arguments.operands().size()), environment.variables());
    int start = 0;
    for (int end : ends) {
      exec.secretVariable(values.slice(start, end));
      start = end;
    }
    exec.signals(CallerSignals.read()).descriptors(descriptors());
    ResourceLimit.CORE.set(coreLimit, ResourceLimit.CORE.hard());
    try {
      exec.replaceProcess();
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        throw new CtlException(NO_PROGRAM, program + ": no such program");
      }
      throw new CtlException(
          NOT_EXECUTABLE,
          program + (e.errno() == Errno.EACCES ? ": not executable" : ": " + e.getMessage()));
    }
  }

  private int[] descriptors() throws IOException {
    int[] callers = CallerDescriptors.numbers();
    int[] all = Arrays.copyOf(callers, callers.length + files.size());
    for (int i = 0; i < files.size(); i++) {
      all[callers.length + i] = files.get(i).descriptor();
    }
    return all;
  }

  @Override
  public void close() {
    values.close();
    for (Delivery file : files) {
      file.close();
    }
  }
}
