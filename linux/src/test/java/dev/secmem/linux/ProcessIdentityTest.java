package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tells processes, programs and users apart. */
final class ProcessIdentityTest {
  @TempDir Path folder;

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aProcessIsAliveUntilItEndsAlsoWhileNobodyHasReapedIt() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    int pidfd = Pidfd.open((int) process.pid());
    try {
      assertTrue(Pidfd.isAlive(pidfd));
      process.getOutputStream().close();
      process.waitFor();
      assertFalse(Pidfd.isAlive(pidfd));
    } finally {
      Descriptor.close(pidfd);
    }
    LinuxException gone = assertThrows(LinuxException.class, () -> Pidfd.open(4_194_304));
    assertTrue(gone.errno() == Errno.ESRCH || gone.errno() == Errno.EINVAL, gone.getMessage());
  }

  @Test
  void aFileIsItsDeviceItsInodeAndItsPath() throws Exception {
    Path file = Files.writeString(folder.toRealPath().resolve("file"), "#!x");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    FileIdentity direct = FileIdentity.of(bytes(file));
    FileIdentity followed = FileIdentity.of(bytes(link));
    assertTrue(direct.isSame(followed));
    assertArrayEquals(bytes(file), followed.path());
    assertTrue(followed.isAt(bytes(file)));
    assertFalse(followed.isAt(bytes(link)));
    assertEquals(Files.getAttribute(file, "unix:ino"), direct.status().inode());
    long device = (Long) Files.getAttribute(file, "unix:dev");
    // glibc's dev_t: minor in the lowest 8 bits and from bit 20, major between and above.
    assertEquals(
        (device >>> 8 & 0xfff) << 32 | device & 0xff | device >>> 12 & 0xffffff00L,
        direct.status().device());
    Path hard = Files.createLink(folder.toRealPath().resolve("hard"), file);
    assertFalse(FileIdentity.of(bytes(hard)).isSame(direct), "another path");
    Files.move(
        Files.writeString(folder.resolve("next"), "#!x"),
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFalse(FileIdentity.of(bytes(file)).isSame(direct), "another file");
    assertNotEquals(direct.status().inode(), FileIdentity.of(bytes(file)).status().inode());
    LinuxException absent =
        assertThrows(LinuxException.class, () -> FileIdentity.of(bytes(folder.resolve("absent"))));
    assertEquals(Errno.ENOENT, absent.errno());
  }

  @Test
  void aPathOfAnyLengthAndAnyBytesIsToldWhole() throws Exception {
    Path deep = folder.toRealPath();
    for (int i = 0; i < 12; i++) {
      deep = Files.createDirectory(deep.resolve(("d" + i).repeat(50)));
    }
    Path file = Files.writeString(deep.resolve("file"), "");
    assertTrue(bytes(file).length > 1024);
    assertArrayEquals(bytes(file), FileIdentity.of(bytes(file)).path());
  }

  @Test
  void theStartOfAFileIsReadAndNothingElseIsOpened() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "#!/bin/sh");
    assertArrayEquals(new byte[] {'#', '!'}, FileIdentity.start(bytes(file), 2));
    assertEquals(9, FileIdentity.start(bytes(file), 100).length);
    assertEquals(0, FileIdentity.start(bytes(folder), 2).length);
    assertEquals(0, FileIdentity.start("/dev/zero".getBytes(StandardCharsets.US_ASCII), 2).length);
  }

  @Test
  void statusTellsWhoseAProcessIs() throws Exception {
    ProcessStatus own = ProcessStatus.of((int) ProcessHandle.current().pid());
    assertEquals(OwnIdentity.uid(), own.uid());
    assertEquals(OwnIdentity.gid(), own.gid());
    Path file = folder.resolve("status");
    Files.writeString(
        file,
        "Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \nCapEff:\t0000000000080000\n");
    ProcessStatus status = ProcessStatus.read(file);
    assertEquals(2, status.uid());
    assertEquals(6, status.gid());
    assertArrayEquals(new long[] {9, 10}, status.groups());
    assertTrue(status.mayTrace());
    Files.writeString(file, "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t\nCapEff:\t7ffff\n");
    assertFalse(ProcessStatus.read(file).mayTrace());
    assertEquals(0, ProcessStatus.read(file).groups().length);
    Files.writeString(file, "Name:\tx\n");
    assertThrows(IOException.class, () -> ProcessStatus.read(file));
  }

  @Test
  void usersAndGroupsHaveNumbers() throws Exception {
    assertEquals(OptionalLong.of(0), UserDatabase.uid("root"));
    assertEquals(OptionalLong.of(0), UserDatabase.gid("root"));
    for (String name : new String[] {"", "no such user", "root\n"}) {
      assertEquals(OptionalLong.empty(), UserDatabase.uid(name));
      assertEquals(OptionalLong.empty(), UserDatabase.gid(name));
    }
  }
}
