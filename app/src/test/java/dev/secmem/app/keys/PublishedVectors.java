package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Vectors from files outside the project. Read with patterns, since the files write their members
 * in one order; whoever uses them compares the count, so one that a pattern misses is an error.
 */
final class PublishedVectors {
  private static final String STRING = "\"([^\"\\\\]*)\"";
  private static final Pattern LANGUAGE = Pattern.compile(STRING + "\\s*:\\s*\\[\\s*\\[");
  private static final Pattern SENTENCE =
      Pattern.compile(array("\"([0-9a-f]+)\"", STRING, "\"([0-9a-f]{128})\"", "\"xprv\\w+\""));
  private static final Pattern TREE =
      Pattern.compile(member("name") + "," + member("curve") + "," + member("seed"));
  private static final Pattern NODE =
      Pattern.compile(
          String.join(
              ",",
              member("path"),
              member("fingerprint"),
              member("chain_code"),
              member("private"),
              member("public")));

  private PublishedVectors() {}

  /** A sentence of BIP39, with the passphrase TREZOR. */
  record Sentence(String language, String entropy, String words, String seed) {}

  /** A node of SLIP-0010. */
  record Node(
      String curve, String seed, String path, String chainCode, String key, String publicKey) {}

  static List<Sentence> sentences() throws IOException {
    String text = read("bip39_vectors.json");
    List<Sentence> sentences = new ArrayList<>();
    List<MatchOf> languages = matches(LANGUAGE, text);
    for (int i = 0; i < languages.size(); i++) {
      int end = i + 1 < languages.size() ? languages.get(i + 1).start : text.length();
      for (MatchOf match : matches(SENTENCE, text.substring(languages.get(i).start, end))) {
        List<String> groups = match.groups;
        sentences.add(
            new Sentence(
                languages.get(i).groups.get(0), groups.get(0), groups.get(1), groups.get(2)));
      }
    }
    return sentences;
  }

  static List<Node> nodes() throws IOException {
    String text = read("slip0010_vectors.json");
    List<Node> nodes = new ArrayList<>();
    List<MatchOf> trees = matches(TREE, text);
    for (int i = 0; i < trees.size(); i++) {
      int end = i + 1 < trees.size() ? trees.get(i + 1).start : text.length();
      List<String> tree = trees.get(i).groups;
      for (MatchOf match : matches(NODE, text.substring(trees.get(i).start, end))) {
        List<String> node = match.groups;
        nodes.add(
            new Node(tree.get(1), tree.get(2), node.get(0), node.get(2), node.get(3), node.get(4)));
      }
    }
    return nodes;
  }

  private static String read(String name) throws IOException {
    Path file = Path.of(System.getProperty("secmem.vectors", ""), name);
    assumeTrue(Files.isReadable(file), "no " + name + " where secmem.vectors points");
    return Files.readString(file);
  }

  private record MatchOf(int start, List<String> groups) {}

  private static List<MatchOf> matches(Pattern pattern, String text) {
    List<MatchOf> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      List<String> groups = new ArrayList<>();
      for (int i = 1; i <= matcher.groupCount(); i++) {
        groups.add(matcher.group(i));
      }
      found.add(new MatchOf(matcher.start(), groups));
    }
    return found;
  }

  private static String member(String name) {
    return "\\s*\"" + name + "\"\\s*:\\s*" + STRING + "\\s*";
  }

  private static String array(String... items) {
    return "\\[\\s*" + String.join("\\s*,\\s*", items) + "\\s*\\]";
  }
}
