package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An ELF core file of a process, taken by root's debugger (gcore(1)); elf(5). */
final class Core implements AutoCloseable {
  private static final int LOAD = 1;
  private static final int NOTE = 4;

  private final Path file;
  private final List<Part> parts = new ArrayList<>();

  private record Part(long type, long offset, long address, long sizeBytes) {}

  /** Takes one; the process is stopped meanwhile. */
  Core(long pid, Path folder) throws IOException {
    String prefix = folder.resolve("core").toString();
    Programs.Result result = Programs.run("gcore", "-o", prefix, Long.toString(pid));
    assertEquals(0, result.code(), result.err());
    file = Path.of(prefix + "." + pid);
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long headers = little(in, 32, 8);
      int count = (int) little(in, 56, 2);
      for (int i = 0; i < count; i++) {
        long at = headers + 56L * i;
        parts.add(
            new Part(
                little(in, at, 4),
                little(in, at + 8, 8),
                little(in, at + 16, 8),
                little(in, at + 32, 8)));
      }
    }
  }

  private static long little(RandomAccessFile in, long at, int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      in.seek(at + i);
      value |= (long) in.read() << 8 * i;
    }
    return value;
  }

  /** How much memory it holds. */
  long memoryBytes() {
    return parts.stream().filter(part -> part.type == LOAD).mapToLong(Part::sizeBytes).sum();
  }

  /** Demands that it holds none but the kernel's own: vdso(7) and what came before it. */
  void expectNoMemory() {
    assertTrue(memoryBytes() <= 64 << 10, memoryBytes() + " bytes of memory");
  }

  /** What is in the memory that it holds, and at which address. */
  List<MemoryScan.Hit> inMemory(MemoryScan scan) throws IOException {
    return hits(scan, LOAD);
  }

  /** What is in its notes: the registers of all threads. */
  List<MemoryScan.Hit> inRegisters(MemoryScan scan) throws IOException {
    return hits(scan, NOTE);
  }

  private List<MemoryScan.Hit> hits(MemoryScan scan, int type) throws IOException {
    List<MemoryScan.Hit> hits = new ArrayList<>();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      for (Part part : parts) {
        if (part.type == type) {
          for (MemoryScan.Hit hit : scan.hits(in, part.offset, part.offset + part.sizeBytes)) {
            hits.add(new MemoryScan.Hit(hit.label(), hit.at() - part.offset + part.address));
          }
        }
      }
    }
    return hits;
  }

  @Override
  public void close() throws IOException {
    Files.delete(file);
  }
}
