package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bill of materials beside the jars that it is of. */
class SbomIT {
  /** Its jar is not shipped: what is in it lies in lib/native. */
  private static final Pattern NATIVE = Pattern.compile("jffi-[0-9.]+-native\\.jar");

  private static final Pattern PURL =
      Pattern.compile(
          "\"purl\" : \"pkg:maven/[^/\"]+/([^@\"]+)@([^?\"]+)\\?(?:classifier=(\\w+)&)?type=jar\"");
  private static final Pattern DIGEST =
      Pattern.compile("\"alg\" : \"SHA-256\",\\s*\"content\" : \"([0-9a-f]{64})\"");
  private static final Pattern REFERENCE =
      Pattern.compile("\"type\" : \"([a-z-]+)\",\\s*\"url\" : ");

  private static String sbom() throws IOException {
    return Files.readString(Distribution.home().resolve("share/sbom.cdx.json"));
  }

  @Test
  void eachJarIsListedWithVersionAndDigestAndNothingElseIs() throws Exception {
    Map<String, String> listed = listed(sbom());
    Set<String> inLibNative = new TreeSet<>(listed.keySet());
    inLibNative.removeIf(name -> !NATIVE.matcher(name).matches());
    assertEquals(1, inLibNative.size(), listed.toString());
    listed.keySet().removeAll(inLibNative);
    Map<String, String> shipped = shipped();
    assertTrue(shipped.size() >= 16, shipped.toString());
    assertEquals(shipped, listed);
  }

  @Test
  void nothingTellsWhereOrWhenItWasBuilt() throws IOException {
    String sbom = sbom();
    assertFalse(sbom.contains("\"timestamp\""), "two builds would differ");
    assertFalse(sbom.contains("file:"), "a path");
    for (String property : new String[] {"user.home", "user.dir", "java.home", "java.io.tmpdir"}) {
      assertFalse(sbom.contains(System.getProperty(property) + "/"), property);
    }
    Set<String> references = new TreeSet<>();
    Matcher matcher = REFERENCE.matcher(sbom);
    while (matcher.find()) {
      references.add(matcher.group(1));
    }
    assertTrue(references.remove("website"), "no reference is found: " + references);
    references.removeAll(Set.of("issue-tracker", "mailing-list", "vcs"));
    assertEquals(Set.of(), references, "references that may name a repository");
  }

  /** File name to SHA-256. The names and the digests of a component follow its {@code bom-ref}. */
  private static Map<String, String> listed(String sbom) {
    Map<String, String> listed = new TreeMap<>();
    String[] components = sbom.split("\"bom-ref\" : ", -1);
    for (int i = 1; i < components.length; i++) {
      Matcher purl = PURL.matcher(components[i]);
      Matcher digest = DIGEST.matcher(components[i]);
      assertTrue(purl.find() && digest.find(), components[i]);
      String classifier = purl.group(3) == null ? "" : "-" + purl.group(3);
      String name = purl.group(1) + "-" + purl.group(2) + classifier + ".jar";
      assertEquals(null, listed.put(name, digest.group(1)), name + " stands there twice");
    }
    return listed;
  }

  private static Map<String, String> shipped() throws IOException, NoSuchAlgorithmException {
    Map<String, String> shipped = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Distribution.home())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".jar")) {
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
          shipped.put(file.getFileName().toString(), HexFormat.of().formatHex(digest));
        }
      }
    }
    return shipped;
  }
}
