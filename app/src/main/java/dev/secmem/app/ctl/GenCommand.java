package dev.secmem.app.ctl;

import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.ByteBuffer;

/** {@code secmemctl gen}: stores a random secret that nobody has seen. */
final class GenCommand {
  private static final int DEFAULT_LENGTH = 32;
  private static final int MAX_LENGTH = 65_536;
  private static final int WEAK_BITS = 80;
  private static final int RANDOM_BYTES = 4096;

  private GenCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException {
    String name = Arguments.checkedName(arguments.operand());
    PutOptions options = PutCommand.options(arguments);
    long given = arguments.number(DailySyntax.LENGTH, 1, MAX_LENGTH);
    int length = given < 0 ? DEFAULT_LENGTH : (int) given;
    String characters = Charset.of(arguments.value(DailySyntax.CHARSET));
    int bits = (int) (length * Math.log(characters.length()) / Math.log(2));
    if (bits < WEAK_BITS) {
      Messages.say(
          "note: "
              + length
              + " characters of "
              + characters.length()
              + " are "
              + bits
              + " bits only; "
              + WEAK_BITS
              + " or more withstand guessing");
    }
    try (LockedMemory memory = LockedMemory.allocate(length);
        SecretClient client = AgentConnection.open(arguments)) {
      ByteBuffer value = memory.buffer().limit(length);
      fill(value, characters);
      client.put(name, value.flip(), options);
    }
  }

  /**
   * Fills a direct buffer with characters, each as likely as the others: a random byte that would
   * favour some is drawn again.
   */
  static void fill(ByteBuffer target, String characters) throws LinuxException {
    int count = characters.length();
    int fair = 256 - 256 % count;
    try (LockedMemory memory = LockedMemory.allocate(RANDOM_BYTES)) {
      ByteBuffer random = memory.buffer().limit(0);
      while (target.hasRemaining()) {
        if (!random.hasRemaining()) {
          SecureRandomBytes.fill(random.clear());
          random.flip();
        }
        int drawn = random.get() & 0xff;
        if (drawn < fair) {
          target.put((byte) characters.charAt(drawn % count));
        }
      }
    }
  }
}
