package dev.secmem.app.it;

import dev.secmem.api.Verb;
import java.util.Random;

/** Request lines that follow the grammar of docs/PROTOCOL.md, or nearly do. Confined. */
final class LineGenerator {
  private static final String NAME_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@:+";
  private static final Verb[] VERBS = Verb.values();
  private static final String[] NUMBERS = {
    "0",
    "1",
    "2",
    "7",
    "59999",
    "60000",
    "1000000",
    "1000001",
    "2147483647",
    "2147483648",
    "2592000000",
    "2592000001",
    "4294967294",
    "4294967295",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "-1",
    "+1",
    "01",
    "00",
    "1e3",
    "0x10",
    "",
    "-"
  };
  private static final String[] WORDS = {
    "k",
    "once",
    "-",
    "m",
    "m/",
    "ed25519",
    "owner=",
    "if=",
    "allow=",
    "=",
    "%",
    "%00",
    "%zz",
    "../../etc/passwd",
    "\\",
    "\"",
    "{}",
    "'",
    "OK",
    "ERR",
    "PUT",
    "x".repeat(201),
    "a,b",
    "{0}"
  };

  private final ProtocolTable table;
  private final long[] uids;
  private final Random random;

  LineGenerator(ProtocolTable table, long[] uids, Random random) {
    this.table = table;
    this.uids = uids;
    this.random = random;
  }

  /** Any verb; LOCK seldom, since little is served after it. */
  Verb verb() {
    Verb verb = VERBS[random.nextInt(VERBS.length)];
    return verb == Verb.LOCK && !oneIn(8) ? verb() : verb;
  }

  /** A line without its LF. */
  String line(Verb verb) {
    StringBuilder line = new StringBuilder(oneIn(50) ? nearly(verb.name()) : verb.name());
    for (String argument : table.row(verb).arguments()) {
      boolean optional = argument.startsWith("[");
      if (optional && oneIn(2)) {
        continue;
      }
      int times = argument.contains("option") ? 1 + random.nextInt(oneIn(20) ? 6 : 2) : 1;
      for (int i = 0; i < times; i++) {
        line.append(' ').append(oneIn(16) ? junk() : argument(argument));
      }
    }
    if (oneIn(30)) {
      line.append(' ').append(junk());
    }
    return oneIn(40) ? nearly(line.toString()) : line.toString();
  }

  /** A word for one of the document's placeholders; any word for one that is not known here. */
  private String argument(String placeholder) {
    String word = placeholder.replaceAll("[\\[\\]…]", "");
    if (word.contains("option")) {
      return option();
    }
    if (word.startsWith("owner")) {
      return "owner=" + (oneIn(3) ? number() : uid());
    }
    if (word.startsWith("grant")) {
      return grants();
    }
    if (word.contains("name") || word.equals("prefix")) {
      return name();
    }
    return switch (word) {
      case "ttl" -> ttl();
      case "path" -> path();
      case "type" -> pick("ed25519", "secp256k1", "nist256p1");
      case "site" -> pick("example.com", "b%C3%BCcher.example", "a%20b", "%41", "%FF", "%C3");
      case "length" -> Integer.toString(random.nextInt(140));
      case "count", "version" -> number();
      case "pid" -> oneIn(4) ? number() : Long.toString(ProcessHandle.current().pid());
      default -> junk();
    };
  }

  String name() {
    if (oneIn(6)) {
      int length = oneIn(5) ? 195 + random.nextInt(10) : 1 + random.nextInt(12);
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < length; i++) {
        name.append(NAME_CHARACTERS.charAt(random.nextInt(NAME_CHARACTERS.length())));
      }
      return name.toString();
    }
    return "f/" + random.nextInt(12);
  }

  private String ttl() {
    return switch (random.nextInt(6)) {
      case 0 -> number();
      case 1 -> "-";
      case 2 -> Integer.toString(1 + random.nextInt(50));
      default -> Integer.toString(1 + random.nextInt(20_000));
    };
  }

  private String option() {
    return switch (random.nextInt(14)) {
      case 0 -> "once";
      case 1 -> "reads=" + (oneIn(2) ? number() : Integer.toString(1 + random.nextInt(4)));
      case 2 -> "if=absent";
      case 3 -> "if=version:" + (oneIn(2) ? number() : Integer.toString(random.nextInt(2000)));
      case 4 -> "bind=" + pick("session", "exe", "unit", "uid", "");
      case 5 -> "grade=" + pick("hidden", "locked", "any", "none", "");
      case 6 -> "downgrade";
      default -> "allow=" + grants();
    };
  }

  private String grants() {
    if (!oneIn(4)) {
      return "uid:" + uid(); // often the same one, so that there is one to take back
    }
    int count = oneIn(10) ? 30 + random.nextInt(5) : 1 + random.nextInt(3);
    StringBuilder grants = new StringBuilder();
    for (int i = 0; i < count; i++) {
      grants.append(i == 0 ? "" : ",").append(grantTerm());
      if (oneIn(6)) {
        grants.append('+').append(grantTerm());
      }
    }
    return oneIn(20) ? nearly(grants.toString()) : grants.toString();
  }

  private String grantTerm() {
    return switch (random.nextInt(8)) {
      case 0 -> "gid:" + uid();
      case 1 -> "exe:" + pick("/bin/true", "/usr/bin/cat", "true", "/bin/../bin/cat", "/%2F", "/");
      case 2 -> "unit:" + pick("ssh.service", "a.slice", "x%2Dy.service", "%", "");
      case 3 -> "session";
      case 4 -> "uid:" + number();
      default -> "uid:" + uid();
    };
  }

  private String uid() {
    return Long.toString(uids[random.nextInt(uids.length)]);
  }

  private String path() {
    StringBuilder path = new StringBuilder("m");
    int steps = oneIn(20) ? 15 + random.nextInt(4) : random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      path.append('/').append(oneIn(8) ? number() : Integer.toString(random.nextInt(80)));
      path.append(oneIn(5) ? "" : pick("'", "h"));
    }
    return path.toString();
  }

  private String number() {
    return oneIn(3) ? Long.toString(random.nextLong() >>> 1) : pick(NUMBERS);
  }

  private String junk() {
    return oneIn(3) ? number() : oneIn(3) ? name() : pick(WORDS);
  }

  /** A text with one printable character changed, lost, doubled or more. */
  private String nearly(String text) {
    int at = random.nextInt(text.length());
    char other = (char) (0x20 + random.nextInt(95));
    return switch (random.nextInt(4)) {
      case 0 -> text.substring(0, at) + other + text.substring(at + 1);
      case 1 -> text.substring(0, at) + text.substring(at + 1);
      case 2 -> text.substring(0, at) + text.charAt(at) + text.substring(at);
      default -> text.substring(0, at) + other + text.substring(at);
    };
  }

  boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
