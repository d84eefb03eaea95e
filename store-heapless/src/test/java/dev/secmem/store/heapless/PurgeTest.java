package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.linux.ProcessProtection;
import dev.secmem.linux.ResourceLimit;
import dev.secmem.linux.SignalState;
import org.junit.jupiter.api.Test;

final class PurgeTest {
  @Test
  void everythingIsWipedClosedAndDead() throws PluginException {
    LockedBuffer own = LockedBuffer.random(32);
    LockedBuffer pooled = BufferFactory.pooled().random(32);
    Enclave enclave = Enclave.random(32);
    LockedBuffer opened = enclave.open();
    Purge.all();
    for (LockedBuffer each : new LockedBuffer[] {own, pooled, opened}) {
      assertFalse(each.isAlive());
      assertThrows(IllegalStateException.class, () -> each.with(view -> {}));
      each.close();
    }
    PluginException dead = assertThrows(PluginException.class, enclave::open);
    assertEquals(Reason.CLOSED, dead.reason());
    Enclave next = Enclave.of(new byte[] {1, 2});
    try (LockedBuffer buffer = next.open()) {
      assertTrue(buffer.contentEquals(new byte[] {1, 2}));
    }
    assertThrows(PluginException.class, enclave::open);
  }

  @Test
  void whoReadsSeesZeroesAndNobodyWaits() throws PluginException {
    for (BufferFactory factory : LockedBufferTest.factories()) {
      LockedBuffer buffer = factory.random(64);
      byte[] seen = new byte[64];
      buffer.with(
          view -> {
            Purge.all();
            view.get(0, seen, 0, 64);
            assertThrows(IllegalStateException.class, () -> view.put(0, (byte) 1));
          });
      for (byte each : seen) {
        assertEquals(0, each);
      }
      assertEquals(0, GuardedMemory.counters().inUse());
    }
  }

  /** Does what its first argument says; every way but one ends by a purge. */
  static final class Ending {
    public static void main(String[] arguments) throws Exception {
      LockedBuffer buffer = LockedBuffer.random(32);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> System.out.println("alive at the end: " + buffer.isAlive())));
      switch (arguments[0]) {
        case "exit" -> Purge.exit(7);
        case "signal" ->
            Purge.onSignal(name -> System.out.println("got " + name), "TERM", "INT", "USR2");
        case "uncaught" -> {
          Purge.onUncaughtException();
          throw new IllegalStateException("nobody catches this");
        }
        case "badSignal" -> Purge.onSignal("NONSENSE");
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      System.out.println("ready " + arguments[0]);
      System.in.read();
    }
  }

  @Test
  void exitKeepsItsCode() throws Exception {
    String output = ChildJvm.run(7, "true", Ending.class, "exit");
    assertTrue(output.contains("alive at the end: false"), output);
  }

  @Test
  void aSignalKeepsItsCode() throws Exception {
    boolean noInt = (SignalState.ofCaller().ignored() & 1 << 1) != 0; // as a shell starts with &
    for (String[] signal : new String[][] {{"TERM", "143"}, {"INT", "130"}, {"USR2", "140"}}) {
      if (noInt && signal[0].equals("INT")) {
        continue; // what was ignored at the start stays ignored
      }
      try (ChildJvm child = ChildJvm.start("true", Ending.class, "signal")) {
        child.expect("ready");
        new ProcessBuilder("sh", "-c", "kill -" + signal[0] + " " + child.pid()).start().waitFor();
        String output = child.end(Integer.parseInt(signal[1]));
        assertTrue(output.contains("got " + signal[0]), output);
        assertTrue(output.contains("alive at the end: false"), output);
      }
    }
    String output = ChildJvm.run(1, "true", Ending.class, "badSignal");
    assertTrue(output.contains("SIGNONSENSE cannot be handled"), output);
  }

  @Test
  void anUncaughtExceptionPurges() throws Exception {
    String output = ChildJvm.run(1, "true", Ending.class, "uncaught");
    assertTrue(output.contains("nobody catches this"), output);
    assertTrue(output.contains("alive at the end: false"), output);
  }

  /** Ends normally; a hook that was there before the purge's would see either. */
  static final class Shutdown {
    public static void main(String[] arguments) throws Exception {
      LockedBuffer buffer = LockedBuffer.random(32);
      Purge.onShutdown();
      Purge.onShutdown();
      Thread watch =
          new Thread(
              () -> {
                while (buffer.isAlive()) {
                  Thread.onSpinWait();
                }
                System.out.println("purged");
              });
      Runtime.getRuntime().addShutdownHook(watch);
    }
  }

  @Test
  void theShutdownHookPurges() throws Exception {
    assertTrue(ChildJvm.run(0, "true", Shutdown.class).contains("purged"));
  }

  /** Forbids what the process may be asked for. */
  static final class Forbidding {
    public static void main(String[] arguments) throws Exception {
      GuardedMemory.forbidCoreDumps();
      GuardedMemory.forbidDebuggers();
      System.out.println(
          "core " + ResourceLimit.CORE.hard() + " dumpable " + ProcessProtection.isDumpable());
    }
  }

  @Test
  void coreDumpsAndDebuggersAreForbiddenOnRequest() throws Exception {
    String output = ChildJvm.run(0, "ulimit -c unlimited", Forbidding.class);
    assertTrue(output.contains("core 0 dumpable false"), output);
  }
}
