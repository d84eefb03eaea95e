package dev.secmem.app.ctl;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.keys.Mnemonic;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;

/** {@code secmemctl init}. */
final class InitCommand {
  private static final int DEFAULT_WORDS = 24;

  private InitCommand() {}

  static void run(Arguments arguments)
      throws UsageException, CtlException, LinuxException, IOException {
    int words = words(arguments);
    boolean shown = Terminal.isTerminal(Stdout.FD);
    if (!shown && !arguments.has(KeySyntax.FORCE_PRINT)) {
      throw new UsageException(
          "standard output is no terminal, and a mnemonic should not lie in a file; --force prints"
              + " it all the same");
    }
    try (LockedMemory memory = LockedMemory.allocate(Mnemonic.MAX_SENTENCE_BYTES);
        KeyArena arena = KeyArena.open(Mnemonic.SLOTS * (long) KeyArena.SLOT_BYTES)) {
      ByteBuffer sentence = memory.buffer();
      new Mnemonic(keyDerivation(), arena).generate(words, sentence);
      print(arguments, sentence.flip(), words, shown);
    } catch (PluginException e) {
      throw new CtlException(ExitCode.FAILED, "no mnemonic could be made: " + e.getMessage());
    }
    Messages.say("write the words down, in this order, and keep them where nobody else comes");
    if (shown) {
      Messages.say(
          "they are stored nowhere, and not shown again: clear the screen when you are done");
    }
    Messages.say("next: start 'secmem-agent --root mnemonic', then 'secmemctl unlock'");
  }

  private static int words(Arguments arguments) throws UsageException {
    long given = arguments.number(KeySyntax.WORDS, 0, Integer.MAX_VALUE);
    if (given >= 0 && !Mnemonic.isWordCount((int) given)) {
      throw new UsageException("a mnemonic has 12, 15, 18, 21 or 24 words, not " + given);
    }
    return given < 0 ? DEFAULT_WORDS : (int) given;
  }

  /** The first that works. Looking no further than that keeps other jars closed. */
  private static KeyDerivation keyDerivation() throws PluginException, CtlException {
    String failures = "";
    for (KeyDerivationProvider provider : ServiceLoader.load(KeyDerivationProvider.class)) {
      Availability availability = provider.availability();
      if (availability.isAvailable()) {
        return provider.create();
      }
      failures = failures + "; " + provider.name() + ": " + availability.reason();
    }
    throw new CtlException(ExitCode.FAILED, "no key derivation plugin works here" + failures);
  }

  private static void print(Arguments arguments, ByteBuffer sentence, int words, boolean shown)
      throws LinuxException, IOException {
    if (arguments.has(CtlSyntax.JSON)) {
      Stdout.write("{\"words\":" + words + ",\"mnemonic\":\"");
      Stdout.INSTANCE.write(sentence);
      Stdout.write("\"}\n");
    } else if (shown) {
      try (LockedMemory memory = LockedMemory.allocate(WordTable.MAX_BYTES)) {
        ByteBuffer table = memory.buffer();
        WordTable.write(sentence, table);
        Stdout.INSTANCE.write(table.flip());
      }
    } else {
      Stdout.INSTANCE.write(sentence);
      Stdout.write("\n");
    }
  }
}
