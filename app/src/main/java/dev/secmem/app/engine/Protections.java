package dev.secmem.app.engine;

/**
 * Which protections the process really has, for {@code STATUS}.
 *
 * @param memoryLocked {@code all}, {@code arenas} or {@code none}
 * @param keyArena {@code memfd_secret}, {@code mlock} or {@code none}
 * @param sandbox {@code seccomp} or {@code none}
 */
public record Protections(
    String memoryLocked,
    String keyArena,
    boolean notDumpable,
    boolean coreDumpsOff,
    boolean noNewPrivileges,
    boolean heapNotDumped,
    boolean attachOff,
    String sandbox) {}
