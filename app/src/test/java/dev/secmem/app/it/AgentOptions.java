package dev.secmem.app.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How to start an agent for a test. Every method but {@link #start} changes this and returns it.
 */
final class AgentOptions {
  /** What the agent's standard error is. */
  enum Stderr {
    /** A file that {@link AgentProcess#stderr} reads. */
    FILE,
    /** A pipe that nobody reads. */
    BLOCKED,
    /** A pipe whose reading end was closed. */
    READER_GONE,
    /** Not open at all. */
    CLOSED
  }

  final List<String> arguments = new ArrayList<>();
  final Map<String, String> environment = new HashMap<>();
  final List<String> wrapper = new ArrayList<>();
  final List<String> rights = new ArrayList<>();
  long uid = Kernel.uid();
  String limits = "";
  Stderr stderr = Stderr.FILE;
  String socket;
  boolean namesSocket = true;
  java.nio.file.Path home;

  AgentOptions arguments(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  AgentOptions environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** A shell command that runs before the agent, in its process: {@code ulimit -n 64}. */
  AgentOptions limits(String command) {
    limits = command;
    return this;
  }

  /** Runs the agent as another user, whose group has the same number. */
  AgentOptions uid(long other) {
    uid = other;
    return this;
  }

  /** Gives the agent of another user more rights: options of setpriv. */
  AgentOptions rights(String... setpriv) {
    rights.addAll(List.of(setpriv));
    return this;
  }

  /** A program that starts the agent, such as strace with its options. */
  AgentOptions wrapper(String... words) {
    wrapper.addAll(List.of(words));
    return this;
  }

  AgentOptions stderr(Stderr what) {
    stderr = what;
    return this;
  }

  /** Another socket than {@code agent.sock} in a folder of the agent's own. */
  AgentOptions socket(String path) {
    socket = path;
    return this;
  }

  /** Gives it no {@code --socket}: its environment tells it that path. */
  AgentOptions defaultSocket(String path) {
    socket = path;
    namesSocket = false;
    return this;
  }

  /** Starts the program of another distribution than the built one. */
  AgentOptions home(java.nio.file.Path folder) {
    home = folder;
    return this;
  }

  /** Starts it and waits until it serves. */
  AgentProcess start() {
    AgentProcess agent = launch();
    try {
      agent.awaitServing();
      return agent;
    } catch (AssertionError e) {
      agent.close();
      throw e;
    }
  }

  /** Starts it and does not wait. */
  AgentProcess launch() {
    return new AgentProcess(this);
  }
}
