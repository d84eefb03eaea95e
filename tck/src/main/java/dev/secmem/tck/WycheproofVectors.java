package dev.secmem.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tests of one of Project Wycheproof's files, from outside the project. Read with patterns, as the
 * kit's users need no JSON library for it; the file's own count of its tests is compared, so a test
 * that the patterns do not see is an error.
 */
final class WycheproofVectors {
  private static final Pattern COUNT = Pattern.compile("\"numberOfTests\"\\s*:\\s*(\\d+)");

  /** A test, or the public key of the group of tests that follow. */
  private static final Pattern TEST =
      Pattern.compile("\\{[^{}]*\"tcId\"[^{}]*}|\"pk\"\\s*:\\s*\"(?<pk>[0-9a-f]*)\"");

  private static final Pattern MEMBER =
      Pattern.compile("\"(?<name>\\w+)\"\\s*:\\s*(?:\"(?<text>[^\"]*)\"|(?<number>\\d+))");

  private WycheproofVectors() {}

  /** One test; its members as they are written. */
  record Vector(Map<String, String> members, byte[] publicKey) {
    String id() {
      return "test " + members.get("tcId");
    }

    boolean valid() {
      return members.get("result").equals("valid");
    }

    byte[] bytes(String member) {
      return HexFormat.of().parseHex(members.get(member));
    }

    int number(String member) {
      return Integer.parseInt(members.get(member));
    }
  }

  /** The tests of a file; skips the caller's test where it is absent. */
  static List<Vector> read(String file) throws IOException {
    Path path = Path.of(System.getProperty("secmem.vectors", ""), file);
    Capability.require(
        Files.isReadable(path),
        "Project Wycheproof's " + file + " is not there: set -Dsecmem.vectors to its folder");
    String text = Files.readString(path);
    Matcher count = COUNT.matcher(text);
    List<Vector> vectors = new ArrayList<>();
    byte[] publicKey = new byte[0];
    Matcher test = TEST.matcher(text);
    while (test.find()) {
      if (test.group("pk") != null) {
        publicKey = HexFormat.of().parseHex(test.group("pk"));
      } else {
        vectors.add(vector(test.group(), publicKey));
      }
    }
    if (!count.find() || vectors.size() != Integer.parseInt(count.group(1))) {
      throw new IOException(file + " has other tests than the " + vectors.size() + " read");
    }
    return vectors;
  }

  private static Vector vector(String text, byte[] publicKey) throws IOException {
    Map<String, String> members = new HashMap<>();
    Matcher member = MEMBER.matcher(text);
    while (member.find()) {
      String value = member.group("text");
      members.put(member.group("name"), value == null ? member.group("number") : value);
    }
    String result = members.get("result");
    if (!"valid".equals(result) && !"invalid".equals(result)) {
      throw new IOException("test " + members.get("tcId") + " is neither valid nor invalid");
    }
    return new Vector(members, publicKey);
  }
}
