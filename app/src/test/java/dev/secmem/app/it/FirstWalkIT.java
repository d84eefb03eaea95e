package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The first walk of a new user: README's own lines, run as they stand. */
class FirstWalkIT {
  @Test
  void oneServiceStoresOneReadsAndOneCannot() throws Exception {
    Needs.otherUids();
    Path folder = Distribution.temporaryFolder("secmem-it-walk-");
    try {
      String path = Distribution.readableHome().resolve("bin") + ":" + System.getenv("PATH");
      Programs.Result walk =
          Programs.run(
              Map.of("PATH", path, "SECMEM_SOCK", folder.resolve("agent.sock").toString()),
              walk(),
              "sh",
              "-s");
      assertEquals(0, walk.code(), walk.err());
      String out = walk.text();
      assertTrue(out.startsWith("supersecretC is told: exit 3\n"), out);
      assertEquals(1, out.split("supersecret", -1).length - 1, "nobody else got it");
      assertTrue(out.contains("not-found"), "the audit tells of C: " + out);
      assertTrue(walk.err().contains("no such key"), walk.err());
      assertFalse(walk.err().contains("supersecret"), walk.err());
    } finally {
      Distribution.delete(folder);
    }
  }

  /** The first shell block of README that starts an agent for several uids. */
  private static String walk() throws Exception {
    Path readme = Path.of(System.getProperty("secmem.distribution")).resolve("../../../README.md");
    String text = Files.readString(readme.normalize());
    int begin = text.indexOf("```sh\nsecmem-agent --allow-uid");
    assertTrue(begin > 0, "README has the walk");
    int from = begin + "```sh\n".length();
    return text.substring(from, text.indexOf("```", from)) + "wait\n";
  }
}
