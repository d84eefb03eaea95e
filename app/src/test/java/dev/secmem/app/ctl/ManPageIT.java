package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.app.cli.ShippedTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages of the distribution. */
final class ManPageIT {
  private static final Path PAGES = CtlAgent.HOME.resolve("share/man/man1");

  @Test
  void thereIsOneForEachCommandAndBothPrograms() throws IOException {
    Set<String> expected = new TreeSet<>(Set.of("secmemctl.1", "secmem-agent.1"));
    CtlSyntax.all().forEach(command -> expected.add("secmemctl-" + command.name + ".1"));
    assertEquals(
        expected,
        pages().stream().map(page -> page.getFileName().toString()).collect(Collectors.toSet()));
  }

  @Test
  void eachOptionAndExampleIsInItsPage() throws IOException {
    for (CommandSyntax command : CtlSyntax.all()) {
      String page = Files.readString(PAGES.resolve("secmemctl-" + command.name + ".1"));
      for (CommandOption option : command.options) {
        assertTrue(page.contains(option.name.replace("-", "\\-")), command.name + option.name);
      }
      boolean examples = List.of(command.details).stream().anyMatch(d -> d.startsWith("Example"));
      assertEquals(examples, page.contains("\n.SH EXAMPLES\n"), command.name);
    }
    String agent = Files.readString(PAGES.resolve("secmem-agent.1"));
    assertTrue(agent.contains("\n.SH EXIT STATUS\n0 stopped, 1 failed, 2 usage"), agent);
  }

  @Test
  void groffFindsNothingWrong() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/groff")), "needs groff");
    for (Path page : pages()) {
      String said = run("groff", "-man", "-ww", "-Tutf8", "-z", page.toString());
      assertEquals("", said, page.toString());
    }
    // A control: what is wrong is told.
    Path wrong = Files.createTempFile("wrong", ".1");
    Files.writeString(wrong, ".TH X 1\n.NOSUCH\n");
    assertFalse(run("groff", "-man", "-ww", "-Tutf8", "-z", wrong.toString()).isEmpty());
    Files.delete(wrong);
  }

  @Test
  void mandocFindsNothingWrong() throws Exception {
    String mandoc = System.getProperty("secmem.mandoc", "/usr/bin/mandoc");
    assumeTrue(Files.isExecutable(Path.of(mandoc)), "needs mandoc");
    for (Path page : pages()) {
      assertEquals("", run(mandoc, "-T", "lint", "-W", "warning", page.toString()));
    }
  }

  @Test
  void whatIsShippedDependsOnNothingButTheSource(@TempDir Path folder) throws Exception {
    ShippedTexts.write(Help.model(), folder, "2001-02-03T04:05:06Z");
    for (String name : List.of("secmemctl.1", "secmemctl-put.1")) {
      String here = Files.readString(folder.resolve("man/man1").resolve(name));
      String shipped = Files.readString(PAGES.resolve(name));
      assertTrue(here.contains(" 2001-02-03 "), here);
      String date = shipped.lines().findFirst().orElseThrow().replaceAll(".* 1 ([0-9-]+) .*", "$1");
      assertEquals(shipped, here.replace("2001-02-03", date));
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.sorted().toList();
    }
  }

  private static String run(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return said;
  }
}
