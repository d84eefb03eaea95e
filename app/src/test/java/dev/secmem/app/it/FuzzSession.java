package dev.secmem.app.it;

import dev.secmem.api.Syntax;
import dev.secmem.api.Verb;
import dev.secmem.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One connection that sends what its seed says, and judges every reply. The same seed sends the
 * same bytes and kinds of descriptors again; what is answered depends on what others did meanwhile.
 */
final class FuzzSession {
  private static final int MOST_DESCRIPTORS = 253;
  private static final int MOST_REQUESTS = 40;

  private final ReplyRules rules;
  private final DescriptorStock stock;
  private final Random random;
  private final LineGenerator lines;
  private final ByteMutator mutator;
  private final List<String> sent = new ArrayList<>();
  private int requests;

  FuzzSession(
      long seed, ProtocolTable table, ReplyRules rules, DescriptorStock stock, long[] uids) {
    this.rules = rules;
    this.stock = stock;
    this.random = new Random(seed);
    this.lines = new LineGenerator(table, uids, random);
    this.mutator = new ByteMutator(random);
  }

  /** Connects, sends, and answers how many requests that were. */
  int run(String socket) {
    try (RawClient client = new RawClient(socket)) {
      boolean open = true;
      while (open && requests < MOST_REQUESTS && random.nextInt(25) != 0) {
        open = random.nextInt(5) == 0 ? wild(client) : calm(client);
      }
      return Math.max(1, requests);
    } catch (LinuxException | RuntimeException | AssertionError e) {
      throw new AssertionError(e.getMessage() + "; sent: " + last(), e);
    }
  }

  private String last() {
    return sent.subList(Math.max(0, sent.size() - 5), sent.size()).toString();
  }

  /** One line and its reply; false when the agent ended the connection. */
  private boolean calm(RawClient client) throws LinuxException {
    Verb verb = lines.verb();
    String line = lines.line(verb);
    int[] descriptors = descriptorsFor(verb);
    note(line, descriptors.length);
    client.send((line + "\n").getBytes(StandardCharsets.ISO_8859_1), descriptors);
    rules.sent(descriptors.length);
    requests++;
    Reply reply = client.replyOrEnd();
    if (reply == null) {
      throw new AssertionError("no reply");
    }
    boolean mayEnd = descriptors.length > 0 || line.length() >= Syntax.MAX_LINE_BYTES;
    boolean refused = reply.code().equals("bad-request");
    rules.check(line, reply);
    if (mayEnd && refused) {
      // Whether it ends with this is BadBodyIT's; here both must be done cleanly.
      return stillOpen(client);
    }
    return true;
  }

  private boolean stillOpen(RawClient client) {
    try {
      client.send("HELLO\n".getBytes(StandardCharsets.US_ASCII));
    } catch (LinuxException e) {
      client.expectEnd();
      return false;
    }
    Reply hello = client.replyOrEnd();
    if (hello != null) {
      rules.check("HELLO", hello);
    }
    return hello != null;
  }

  private int[] descriptorsFor(Verb verb) {
    int choice = random.nextInt(20);
    if (choice == 0) {
      return any(1);
    }
    if (random.nextInt(400) == 0) {
      return any(MOST_DESCRIPTORS - random.nextInt(2));
    }
    if (choice == 1) {
      return any(random.nextInt(random.nextInt(10) == 0 ? MOST_DESCRIPTORS + 1 : 5));
    }
    if (!verb.takesBody() || choice == 2) {
      return new int[0];
    }
    if (verb == Verb.UNLOCK && choice > 3) {
      return new int[] {stock.mnemonic(random)};
    }
    return choice < 6 ? any(1) : new int[] {stock.value(random)};
  }

  private int[] any(int count) {
    int[] descriptors = new int[count];
    for (int i = 0; i < count; i++) {
      descriptors[i] = stock.any(random);
    }
    return descriptors;
  }

  /** Many lines, changed, in pieces, to the end of the connection. Answers false. */
  private boolean wild(RawClient client) {
    byte[] bytes = random.nextInt(5) == 0 ? mutator.anyBytes() : manyLines();
    boolean mutated = random.nextInt(3) != 0;
    bytes = mutated ? mutator.mutate(bytes) : bytes;
    boolean bare = random.nextInt(3) == 0;
    note(new String(bytes, StandardCharsets.ISO_8859_1), bare ? 0 : 1);
    boolean allSent = sendInPieces(client, bytes, bare);
    Kernel.shutdownWrite(client.socket());
    Expected expected = new Expected(bytes);
    int replies = 0;
    for (Reply reply = client.replyOrEnd(); reply != null; reply = client.replyOrEnd()) {
      rules.check(bare ? expected.line(replies) : null, reply);
      replies++;
    }
    requests += Math.max(1, replies);
    if (bare && allSent && replies != expected.replies()) {
      throw new AssertionError(replies + " replies, not " + expected.replies());
    }
    return false;
  }

  private byte[] manyLines() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(12); i >= 0; i--) {
      bytes.writeBytes(lines.line(lines.verb()).getBytes(StandardCharsets.ISO_8859_1));
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  /** Whether all could be sent: the agent may end the connection first. */
  private boolean sendInPieces(RawClient client, byte[] bytes, boolean bare) {
    int most = random.nextInt(4) == 0 ? 40 : bytes.length + 1;
    int pieces = 0;
    try {
      for (int at = 0; at < bytes.length; pieces++) {
        int length = pieces > 50 ? bytes.length : 1 + random.nextInt(Math.min(most, 4096));
        byte[] piece = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + length));
        boolean without = bare || random.nextInt(3) == 0;
        // Now and then the connection itself, so that it holds itself open.
        int[] itself = random.nextInt(30) == 0 ? new int[] {client.socket()} : null;
        client.send(piece, without ? new int[0] : itself != null ? itself : any(random.nextInt(4)));
        at += piece.length;
      }
      return true;
    } catch (LinuxException e) {
      return false;
    }
  }

  private void note(String line, int descriptors) {
    String shown = line.length() > 300 ? line.substring(0, 300) + "…" : line;
    sent.add(descriptors + " fd: " + shown.replaceAll("[^\\x20-\\x7e…]", "?"));
  }

  /** What bytes without descriptors are to be answered. */
  private static final class Expected {
    private final List<String> lines = new ArrayList<>();
    private boolean broken;

    Expected(byte[] bytes) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < bytes.length && !broken; i++) {
        char c = (char) (bytes[i] & 0xff);
        if (c == '\n') {
          lines.add(line.toString());
          line.setLength(0);
        } else {
          line.append(c);
          broken = c < 0x20 || c > 0x7e || line.length() == Syntax.MAX_LINE_BYTES;
        }
      }
    }

    int replies() {
      return lines.size() + (broken ? 1 : 0);
    }

    /** Null for the answer to what is no line. */
    String line(int index) {
      return index < lines.size() ? lines.get(index) : null;
    }
  }
}
