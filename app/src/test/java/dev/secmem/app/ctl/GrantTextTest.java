package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.cli.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grants as people write them, and as they are sent. */
final class GrantTextTest {
  @TempDir Path folder;

  @Test
  void namesBecomeNumbers() throws Exception {
    assertEquals("uid:33", GrantText.wire("uid:33"));
    assertEquals("uid:0", GrantText.wire("uid:root"));
    assertEquals("gid:0+uid:0", GrantText.wire("gid:root+uid:root"));
    assertRefused("no user is named 'nobody-of-that-name'", "uid:nobody-of-that-name");
    assertRefused("no group is named 'none-of-that-name'", "gid:none-of-that-name");
  }

  @Test
  void pathsAreWrittenAsTheyAre() throws Exception {
    assertEquals("exe:/no/such/a%20b%25/%C3%BC", GrantText.wire("exe:/no/such/a b%/\u00fc"));
    assertEquals("exe:/no/g%2B%2B+uid:1", GrantText.wire("exe:/no/g+++uid:1"));
    assertEquals("exe:/no/a%2Cb%3Ac+session", GrantText.wire("exe:/no/a,b:c+session"));
    Path file = Files.writeString(folder.toRealPath().resolve("file"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertEquals("exe:" + file, GrantText.wire("exe:" + link), "where the link leads");
    assertRefused("absolute path", "exe:psql");
  }

  @Test
  void unitsAreServicesUnlessTheySayOtherwise() throws Exception {
    assertEquals("unit:nginx.service", GrantText.wire("unit:nginx"));
    assertEquals("unit:a%40b.socket", GrantText.wire("unit:a@b.socket"));
    assertEquals("unit:x%5Cx2dy.service", GrantText.wire("unit:x\\x2dy.service"));
  }

  @Test
  void whatIsNoGrantIsUsage() {
    for (String text :
        new String[] {"", "33", "gid:", "uid:1+", "uid:1,uid:2", "uid:1 DEL", "x:", "x:a,b"}) {
      assertThrows(UsageException.class, () -> GrantText.wire(text), text);
    }
  }

  @Test
  void kindsOfOtherPluginsAreTheAgentsToJudge() throws Exception {
    assertEquals("color:red", GrantText.wire("color:red"));
    assertEquals("color:red+uid:0+nonsense", GrantText.wire("color:red+uid:root+nonsense"));
  }

  @Test
  void peopleReadThemWithoutEscapesWhereThatIsSafe() {
    assertEquals("uid:33", GrantText.forPeople("uid:33"));
    assertEquals("exe:/a b", GrantText.forPeople("exe:/a%20b"));
    for (String wire : new String[] {"exe:/%1B%5B2J", "exe:/%C3%BC", "exe:/%22", "exe:/%0A"}) {
      assertEquals(wire, GrantText.forPeople(wire));
    }
  }

  private static void assertRefused(String message, String text) {
    UsageException refused = assertThrows(UsageException.class, () -> GrantText.wire(text));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }
}
