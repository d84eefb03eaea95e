package dev.secmem.transport.uds.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Folder;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.UnixSocket;
import dev.secmem.tck.Capability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders a socket may lie in. */
class SocketFolderTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void make() throws Exception {
    folder = Files.createDirectory(temp.resolve("secmem"));
    mode(0700);
  }

  private void mode(int bits) throws Exception {
    Files.setAttribute(folder, "unix:mode", bits);
  }

  private String mode() throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }

  private void openGiven() throws PluginException {
    SocketFolder.open(new SocketAddress(folder + "/s", false), false).close();
  }

  private void openOwn(boolean othersAdmitted) throws PluginException {
    SocketAddress address = new SocketAddress(folder + "/s", true);
    try (Folder opened = SocketFolder.open(address, othersAdmitted)) {
      SocketFolder.setPermissions(address, opened, othersAdmitted);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertRefused(String why, org.junit.jupiter.api.function.Executable open) {
    PluginException refused = assertThrows(PluginException.class, open);
    assertEquals(PluginException.Reason.UNAVAILABLE, refused.reason());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void givenFolderMustNotBeWritableByOthersUnlessSticky() throws Exception {
    for (int bits : new int[] {0700, 0755, 0711, 01777, 01770}) {
      mode(bits);
      openGiven();
    }
    for (int bits : new int[] {0777, 0770, 0702}) {
      mode(bits);
      assertRefused("can be written to by others", this::openGiven);
    }
  }

  @Test
  void givenFolderMustBeThere() throws Exception {
    Files.delete(folder);
    assertRefused("does not exist", this::openGiven);
    Files.createFile(folder);
    assertRefused("is not a folder", this::openGiven);
  }

  @Test
  void folderOfAnotherUser() throws Exception {
    Capability.require(OwnIdentity.uid() == 0, "only root can give a folder away");
    Files.setAttribute(folder, "unix:uid", 12345);
    assertRefused("belongs to uid 12345", this::openGiven);
    assertRefused("belongs to uid 12345", () -> openOwn(false));
  }

  @Test
  void ownFolderIsMade() throws Exception {
    Files.delete(folder);
    openOwn(false);
    assertEquals("rwx------", mode());
    openOwn(true);
    assertEquals("rwx--x--x", mode());
    openOwn(false);
    assertEquals("rwx------", mode());
  }

  @Test
  void aStartThatIsRefusedLeavesTheFolderOfTheLiveAgentAsItIs() throws Exception {
    SocketAddress address = new SocketAddress(folder + "/s", true);
    int[] listening = new int[1];
    SocketFile live =
        SocketFile.claim(address, true, path -> listening[0] = UnixSocket.listen(path, 0666, 8));
    try {
      assertEquals("rwx--x--x", mode());
      assertRefused(
          "another agent", () -> SocketFile.claim(address, false, path -> fail("bound")).close());
      assertEquals("rwx--x--x", mode(), "who was admitted still reaches it");
    } finally {
      live.close();
      Descriptor.close(listening[0]);
    }
  }

  @Test
  void ownFolderMustNotBeWiderThanItIsMade() throws Exception {
    for (int bits : new int[] {0755, 0750, 0720, 01777}) {
      mode(bits);
      assertRefused("is open to others", () -> openOwn(true));
    }
  }

  @Test
  void ownFolderMustNotBeALink() throws Exception {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.delete(folder);
    Files.createSymbolicLink(folder, elsewhere);
    assertRefused("a link", () -> openOwn(false));
    openGiven();
  }

  @Test
  void aboveTheOwnFolderNobodyElseMayWrite() throws Exception {
    Files.setAttribute(temp, "unix:mode", 0777);
    assertRefused("can be written to by others", () -> openOwn(false));
    Files.delete(folder);
    assertRefused("can be written to by others", () -> openOwn(false));
    assertFalse(Files.exists(folder));
  }
}
