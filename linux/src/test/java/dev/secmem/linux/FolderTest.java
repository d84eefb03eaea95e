package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderTest {
  @TempDir Path parent;

  @Test
  void itStaysTheSameFolderWhateverItsPathComesToMean() throws Exception {
    Path path = Files.createDirectory(parent.resolve("a"));
    try (Folder folder = Folder.open(path.toString(), false)) {
      Files.move(path, parent.resolve("b"));
      Files.createDirectory(path);
      Files.writeString(Path.of(folder.path(), "file"), "x");
      assertTrue(Files.exists(parent.resolve("b/file")));
      assertFalse(Files.exists(path.resolve("file")));
      assertEquals(Files.getAttribute(parent.resolve("b"), "unix:ino"), folder.status().inode());
    }
  }

  @Test
  void itKnowsMemoryFromDisk() throws Exception {
    try (Folder shm = Folder.open("/dev/shm", true);
        Folder proc = Folder.open("/proc", true)) {
      String kind = Files.getFileStore(Path.of("/dev/shm")).type();
      assertEquals(kind.equals("tmpfs") || kind.equals("ramfs"), shm.isInMemory(), kind);
      assertFalse(proc.isInMemory());
    }
  }

  @Test
  void aLinkIsFollowedOnlyWhereThatIsAskedFor() throws Exception {
    Path target = Files.createDirectory(parent.resolve("target"));
    Path link = Files.createSymbolicLink(parent.resolve("link"), target);
    try (Folder folder = Folder.open(link.toString(), true)) {
      assertEquals(Files.getAttribute(target, "unix:ino"), folder.status().inode());
    }
    assertFails(Errno.ENOTDIR, link);
  }

  @Test
  void whatIsNoFolderIsRefused() throws Exception {
    assertFails(Errno.ENOENT, parent.resolve("none"));
    assertFails(Errno.ENOTDIR, Files.createFile(parent.resolve("file")));
    assertThrows(IllegalArgumentException.class, () -> Folder.open("/tmp\0x", true));
  }

  @Test
  void oneLocksAtATime() throws Exception {
    try (Folder first = Folder.open(parent.toString(), false);
        Folder second = Folder.open(parent.toString(), false)) {
      assertTrue(first.tryLock());
      assertTrue(first.tryLock(), "it has it already");
      assertFalse(second.tryLock());
      first.unlock();
      assertTrue(second.tryLock());
    }
    try (Folder third = Folder.open(parent.toString(), false)) {
      assertTrue(third.tryLock(), "closing gave it back");
    }
  }

  @Test
  void openingAndClosingLeavesNoDescriptor() throws Exception {
    int before = Kernel.openDescriptors();
    Folder folder = Folder.open(parent.toString(), false);
    assertEquals(before + 1, Kernel.openDescriptors());
    folder.close();
    folder.close();
    assertEquals(before, Kernel.openDescriptors());
    assertThrows(LinuxException.class, folder::status);
  }

  @Test
  void aMaskHoldsDuringTheWorkAndNoLonger() throws Exception {
    Path strict = parent.resolve("strict");
    Path usual = parent.resolve("usual");
    List<Integer> modes =
        List.of(Umask.during(0777, () -> mode(strict)), Umask.during(0022, () -> mode(usual)));
    assertEquals(List.of(0100000, 0100644), modes);
    assertThrows(
        IllegalStateException.class,
        () ->
            Umask.during(
                0777,
                () -> {
                  throw new IllegalStateException("from the work");
                }));
    Path after = parent.resolve("after");
    assertTrue((mode(after) & 0600) == 0600, "the mask before is back");
  }

  private static int mode(Path path) throws Exception {
    Files.createFile(path);
    return (Integer) Files.getAttribute(path, "unix:mode");
  }

  private static void assertFails(int errno, Path path) {
    LinuxException failure =
        assertThrows(LinuxException.class, () -> Folder.open(path.toString(), false).close());
    assertEquals(errno, failure.errno(), failure.getMessage());
  }
}
