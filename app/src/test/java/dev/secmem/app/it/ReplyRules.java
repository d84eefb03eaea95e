package dev.secmem.app.it;

import dev.secmem.api.Syntax;
import dev.secmem.api.Verb;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/** What every reply must be (docs/PROTOCOL.md), whatever was asked. */
final class ReplyRules {
  /** "Replies to PUT and GET at most 128", with the LF. */
  private static final int SHORT_REPLY_BYTES = 128;

  private static final int SEALS =
      Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE | Memfd.SEAL_SEAL;
  private static final int SEEK_CUR = 1;

  /** How much of a delivery is read. */
  private static final int OTHERS_BYTES = 4096;

  private static final NativeFunction LSEEK =
      NativeLibrary.open("libc.so.6").orElseThrow().function("lseek64", 3);

  private final ProtocolTable table;
  private final String marker;
  private final ConcurrentMap<String, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final LongAccumulator mostDescriptors = new LongAccumulator(Math::max, 0);

  /** What only the owner of {@link KeptSecrets} may see: a value of theirs, or a line of LIST. */
  private final Pattern others;

  /**
   * @param marker a text that only values hold
   */
  ReplyRules(ProtocolTable table, String marker) {
    this.table = table;
    this.marker = marker;
    String line = "^\\{\"name\":\"" + KeptSecrets.PREFIX;
    this.others = Pattern.compile(Pattern.quote(marker) + "\\d+\\||" + line, Pattern.MULTILINE);
  }

  /** So many descriptors went with a line, and the kernel took them. */
  void sent(int descriptors) {
    mostDescriptors.accumulate(descriptors);
  }

  long mostDescriptors() {
    return mostDescriptors.get();
  }

  /**
   * Judges a reply, closes its descriptor.
   *
   * @param request the line without its LF that it answers; null if that is not known
   */
  void check(String request, Reply reply) {
    try (reply) {
      Verb verb = request == null ? null : Verb.ofWire(request.split(" ", 2)[0]);
      checkLine(verb, reply.line());
      answers.computeIfAbsent(verb + " " + reply.code(), key -> new LongAdder()).increment();
      ProtocolTable.Row row = table.row(verb);
      if (reply.isOk()) {
        require(row != null || request == null, "OK to no verb");
        checkOk(row, reply);
      } else {
        require(reply.descriptor() < 0, "a descriptor came with an error");
        checkError(verb, request, reply);
      }
    } catch (LinuxException e) {
      throw new AssertionError(reply.line(), e);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + reply.line() + " <- " + request, e);
    }
  }

  /** How often each verb was answered with each code: {@code GET ok}. */
  Map<String, LongAdder> answers() {
    return answers;
  }

  private void checkLine(Verb verb, String line) {
    boolean isShort = verb == Verb.PUT || verb == Verb.GET;
    int limit = isShort ? SHORT_REPLY_BYTES : Syntax.MAX_LINE_BYTES;
    require(line.length() < limit, "longer than " + limit);
    require(line.chars().allMatch(c -> c >= 0x20 && c <= 0x7e), "not printable");
    require(!line.contains(marker), "it holds a value");
  }

  private void checkOk(ProtocolTable.Row row, Reply reply) throws LinuxException {
    String[] words = reply.line().split(" ", -1);
    for (int i = 1; i < words.length; i++) {
      require(words[i].matches("[a-z_]+=[^ ]+"), "no key=value");
    }
    if (row != null) {
      List<String> keys = row.replyKeys();
      require(words.length > keys.size(), "a key is missing");
      for (int i = 0; i < keys.size(); i++) {
        require(words[i + 1].startsWith(keys.get(i) + "="), "no " + keys.get(i) + " in its place");
      }
      require(row.givesBody() == reply.descriptor() >= 0, "descriptor");
    }
    if (reply.descriptor() >= 0) {
      checkDelivery(reply);
    }
  }

  private void checkDelivery(Reply reply) throws LinuxException {
    int fd = reply.descriptor();
    require((Memfd.seals(fd) & SEALS) == SEALS, "not sealed");
    require(LSEEK.call(fd, 0, SEEK_CUR) == 0, "its offset is not 0");
    if (reply.line().contains(" size=")) {
      require(Descriptor.status(fd).sizeBytes() == reply.number("size"), "another size");
    }
    int size = (int) Math.min(Descriptor.status(fd).sizeBytes(), OTHERS_BYTES);
    ByteBuffer start = ByteBuffer.allocateDirect(size);
    Descriptor.pread(fd, start, 0);
    String text = StandardCharsets.ISO_8859_1.decode(start.flip()).toString();
    // Without root all of it is of one uid.
    require(!Kernel.isRoot() || !isOthers(text), "another uid's");
  }

  /** Whether a body tells what only the owner of {@link KeptSecrets} may see. */
  boolean isOthers(String text) {
    return others.matcher(text).find();
  }

  private void checkError(Verb verb, String request, Reply reply) {
    String code = reply.code();
    require(table.isErrorCode(code), "no code of the table");
    require(!code.equals("internal"), "the agent failed");
    require(reply.line().length() > ("ERR " + code + " ").length(), "no message");
    if (code.equals("unknown-verb")) {
      require(verb == null, "the verb is known");
    }
    if (request != null && verb == null) {
      require(code.equals("unknown-verb") || code.equals("bad-request"), "no verb, no such code");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
