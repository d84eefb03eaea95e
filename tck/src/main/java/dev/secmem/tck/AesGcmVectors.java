package dev.secmem.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Project Wycheproof's AES-GCM tests, from a file outside the project.
 *
 * <p>Read with a pattern: the published file writes the members of a test in one order, and the
 * kit's users need no JSON library for it. The file's own count of its tests is compared, so a test
 * that the pattern does not see is an error.
 */
final class AesGcmVectors {
  private static final String FILE = "wycheproof_aes_gcm_test.json";
  private static final Pattern COUNT = Pattern.compile("\"numberOfTests\"\\s*:\\s*(\\d+)");
  private static final Pattern TEST =
      Pattern.compile(
          "\"tcId\"\\s*:\\s*(?<id>\\d+)[^{}]*?"
              + hex("key")
              + hex("iv")
              + hex("aad")
              + hex("msg")
              + hex("ct")
              + hex("tag")
              + "\"result\"\\s*:\\s*\"(?<result>\\w+)\"");

  private AesGcmVectors() {}

  /** One test; whether {@code sealed} is to open, and to what. */
  record Vector(
      int id, byte[] key, byte[] associatedData, byte[] plaintext, byte[] sealed, boolean valid) {}

  /** Where the file should be. */
  static Path file() {
    return Path.of(System.getProperty("secmem.vectors", ""), FILE);
  }

  /** The tests with 256-bit keys, 96-bit nonces and 128-bit tags. */
  static List<Vector> read() throws IOException {
    String text = Files.readString(file());
    Matcher count = COUNT.matcher(text);
    if (!count.find()) {
      throw new IOException(FILE + " does not say how many tests it has");
    }
    List<Vector> vectors = new ArrayList<>();
    int seen = 0;
    Matcher test = TEST.matcher(text);
    while (test.find()) {
      seen++;
      if (test.group("key").length() == 64
          && test.group("iv").length() == 24
          && test.group("tag").length() == 32) {
        vectors.add(vector(test));
      }
    }
    if (seen != Integer.parseInt(count.group(1))) {
      throw new IOException(FILE + " has " + count.group(1) + " tests, but " + seen + " were read");
    }
    return vectors;
  }

  private static Vector vector(Matcher test) throws IOException {
    String result = test.group("result");
    if (!result.equals("valid") && !result.equals("invalid")) {
      throw new IOException("test " + test.group("id") + " is neither valid nor invalid");
    }
    HexFormat hex = HexFormat.of();
    return new Vector(
        Integer.parseInt(test.group("id")),
        hex.parseHex(test.group("key")),
        hex.parseHex(test.group("aad")),
        hex.parseHex(test.group("msg")),
        hex.parseHex(test.group("iv") + test.group("ct") + test.group("tag")),
        result.equals("valid"));
  }

  private static String hex(String member) {
    return "\"" + member + "\"\\s*:\\s*\"(?<" + member + ">[0-9a-f]*)\",\\s*";
  }
}
