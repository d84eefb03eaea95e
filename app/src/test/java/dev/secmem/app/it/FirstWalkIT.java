package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first walk of a new user: README's own lines, run as they stand. */
class FirstWalkIT {
  private final Path folder = Distribution.temporaryFolder("secmem-it-walk-");

  @AfterEach
  void delete() {
    Distribution.delete(folder);
  }

  @Test
  void theFirstCommandPrintsTheSecret() {
    String block = block("```sh\nmvn -q -DskipTests package && ");
    Programs.Result result = Programs.run("sh", "-c", "cd \"$0\" && " + block, root().toString());
    assertEquals("supersecret", result.text(), result.err());
    assertEquals(0, result.code());
  }

  @Test
  void everyDayItsLinesWork() throws Exception {
    Needs.program("openssl");
    Path shared = Path.of("/dev/shm/" + folder.getFileName());
    Files.createDirectory(shared);
    try {
      Path server =
          Files.writeString(folder.resolve("server"), "#!/bin/sh\necho \"[$DB_PASSWORD]\"\n");
      assertTrue(server.toFile().setExecutable(true));
      Files.writeString(folder.resolve("app.conf.tpl"), "password={{ secmem:db_password }}\n");
      Files.writeString(folder.resolve(".env"), "API_TOKEN=from-a-file\n");
      String script =
          "set -e; cd \"$0\"; openssl genpkey -algorithm ed25519 | secmemctl put tls/key;"
              + " printf first | secmemctl put app/db-password\n"
              + block("```sh\nsecmemctl gen ").replace("/dev/shm/app.conf", shared + "/app.conf")
              + "echo \"<$DB_PASSWORD>\"; secmemctl get app/API_TOKEN;"
              + " test \"password=$(secmemctl get db_password)\" = \"$(cat "
              + shared
              + "/app.conf)\" && echo ' filled'";
      Programs.Result result =
          Programs.run(Distribution.agent(), "--", "sh", "-c", script, folder.toString());
      assertEquals(0, result.code(), result.err() + result.text());
      assertEquals("[first]\n[first]\n<first>\nfrom-a-file filled\n", result.text());
    } finally {
      Distribution.delete(shared);
    }
  }

  @Test
  void theLinesOnKeysWork() throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "a note");
    Files.writeString(folder.resolve("words"), Mnemonics.LEGAL);
    String lines = block("```sh\nsecmemctl init ");
    // The new words are shown on a terminal only, and asked for on one: LockCommandsIT.
    lines =
        lines
            .substring(lines.indexOf('\n') + 1)
            .replace("secmemctl unlock", "secmemctl unlock <words");
    lines =
        lines.replace(
            "secmemctl unlock", "until secmemctl status >&2; do sleep 0.1; done; secmemctl unlock");
    String script =
        "set -e; cd \"$0\"; trap 'kill $!' EXIT\n"
            + lines
            + "wc -c <notes.sig; secmemctl decrypt -i notes.json || echo \"locked: $?\"";
    Programs.Result result =
        Programs.run(
            Map.of(
                "PATH",
                Distribution.home().resolve("bin") + ":" + System.getenv("PATH"),
                "SECMEM_SOCK",
                folder.resolve("agent.sock").toString()),
            "",
            "sh",
            "-c",
            script,
            folder.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.text().matches("ssh-ed25519 \\S+( \\S+)?\n[A-Za-z0-9_-]{20}\n*64\nlocked: 6\n"),
        result.text());
  }

  @Test
  void oneServiceStoresOneReadsAndOneCannot() throws Exception {
    Needs.otherUids();
    String path = Distribution.readableHome().resolve("bin") + ":" + System.getenv("PATH");
    Programs.Result walk =
        Programs.run(
            Map.of("PATH", path, "SECMEM_SOCK", folder.resolve("agent.sock").toString()),
            block("```sh\nsecmem-agent --allow-uid") + "wait\n",
            "sh",
            "-s");
    assertEquals(0, walk.code(), walk.err());
    String out = walk.text();
    assertTrue(out.startsWith("supersecretC is told: exit 3\n"), out);
    assertEquals(1, out.split("supersecret", -1).length - 1, "nobody else got it");
    assertTrue(out.contains("not-found"), "the audit tells of C: " + out);
    assertTrue(walk.err().contains("no such key"), walk.err());
    assertFalse(walk.err().contains("supersecret"), walk.err());
  }

  private static Path root() {
    return Distribution.home().resolve("../../..").normalize();
  }

  /** The shell block of README that begins so, without the fence and what of it ends in a space. */
  private static String block(String begin) {
    String text = String.join("\n", Programs.lines(root().resolve("README.md")));
    int at = text.indexOf(begin);
    assertTrue(at > 0, "README has: " + begin);
    int from = begin.endsWith("&& ") ? at + begin.length() : at + "```sh\n".length();
    return text.substring(from, text.indexOf("```", from));
  }
}
