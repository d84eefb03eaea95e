package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listening socket tells of itself, and its file of its place. */
final class SocketPlaceTest {
  @TempDir Path folder;

  private Set<String> before;
  private Path path;
  private int listening;

  @BeforeEach
  void listen() throws Exception {
    before = Kernel.descriptors();
    path = folder.resolve("s");
    listening = UnixSocket.listen(path.toString(), 0600, 8);
  }

  @AfterEach
  void close() throws Exception {
    Descriptor.close(listening);
    Kernel.assertNoneLeftOpen(before);
  }

  @Test
  void onlyAListeningStreamSocketOfThisFamilyIsOne() throws Exception {
    assertTrue(UnixSocket.isListening(listening));
    int[] pair = UnixSocket.pair();
    int datagram = (int) Libc.SOCKET.call(1, 2, 0);
    int inet = (int) Libc.SOCKET.call(2, 1, 0);
    Libc.LISTEN.check(Libc.LISTEN.call(inet, 1));
    int file = Memfd.create();
    try {
      assertFalse(UnixSocket.isListening(pair[0]));
      assertFalse(UnixSocket.isListening(datagram));
      assertFalse(UnixSocket.isListening(inet));
      LinuxException e = assertThrows(LinuxException.class, () -> UnixSocket.isListening(file));
      assertEquals(Errno.ENOTSOCK, e.errno());
    } finally {
      for (int fd : new int[] {pair[0], pair[1], datagram, inet, file}) {
        Descriptor.close(fd);
      }
    }
  }

  @Test
  void theBoundPathIsToldWhateverBecameOfTheFile() throws Exception {
    assertEquals(path.toString(), UnixSocket.boundPath(listening));
    Files.delete(path);
    assertEquals(path.toString(), UnixSocket.boundPath(listening));
    int[] pair = UnixSocket.pair();
    assertNull(UnixSocket.boundPath(pair[0]));
    Descriptor.close(pair[0]);
    Descriptor.close(pair[1]);
    String name = "x".repeat(UnixSocket.MAX_PATH_BYTES - folder.toString().length() - 1);
    int longest = UnixSocket.listen(folder.resolve(name).toString(), 0600, 1);
    assertEquals(folder.resolve(name).toString(), UnixSocket.boundPath(longest));
    Descriptor.close(longest);
  }

  @Test
  void aPlaceIsTouchedAndKnowsItsFile() throws Exception {
    int place = Descriptor.openPlace(path.toString());
    int again = Descriptor.openPlace(path.toString());
    FileTime old = FileTime.fromMillis(1_000_000);
    Path other = Files.createFile(folder.resolve("other"));
    int there = Descriptor.openPlace(other.toString());
    try {
      Files.setLastModifiedTime(folder, old);
      Descriptor.touch(place);
      assertTrue(Files.getLastModifiedTime(path).toMillis() > System.currentTimeMillis() - 60_000);
      assertEquals(old, Files.getLastModifiedTime(folder));
      assertTrue(Descriptor.isSameFile(place, again));
      assertFalse(Descriptor.isSameFile(place, there));
    } finally {
      Descriptor.close(place);
      Descriptor.close(again);
      Descriptor.close(there);
    }
  }

  @Test
  void aFolderKnowsWhereItIs() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), inner);
    try (Folder open = Folder.open(inner.toString(), false)) {
      assertTrue(open.isAt(inner.toString()));
      assertTrue(open.isAt(link.toString()));
      assertFalse(open.isAt(folder.toString()));
      Files.move(inner, folder.resolve("moved"));
      assertFalse(open.isAt(inner.toString()));
      Files.createDirectory(inner);
      assertFalse(open.isAt(inner.toString()), "another one in its place");
      assertFalse(open.isAt(path.toString()), "a file");
    }
  }

  @Test
  void aNumberCanComeToMeanAnotherSocket() throws Exception {
    int[] pair = UnixSocket.pair();
    int copy = Descriptor.duplicate(pair[0]);
    Descriptor.duplicateOnto(listening, pair[0]);
    assertTrue(UnixSocket.isListening(pair[0]));
    assertFalse(UnixSocket.isListening(copy));
    for (int fd : new int[] {pair[0], pair[1], copy}) {
      Descriptor.close(fd);
    }
  }

  @Test
  void aWaitForClientsIsEndedByTheOtherDescriptor() throws Exception {
    int[] wake = UnixSocket.pair();
    assertFalse(UnixSocket.awaitClient(listening, wake[0], 20));
    int client = UnixSocket.connect(path.toString());
    assertTrue(UnixSocket.awaitClient(listening, wake[0], 20_000));
    UnixSocket.shutdown(wake[1]);
    assertFalse(UnixSocket.awaitClient(listening, wake[0], 20_000));
    for (int fd : new int[] {client, wake[0], wake[1]}) {
      Descriptor.close(fd);
    }
  }
}
