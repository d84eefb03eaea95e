package dev.secmem.app.keys;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import dev.secmem.linux.PrivatePages;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Sentences of English words that stand for a seed (BIP39).
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Every buffer
 * is direct and borrowed; input keeps its position, output is written from its position on, which
 * moves. One call takes at most {@link #SLOTS} slots of the arena while it runs.
 */
public final class Mnemonic {
  /** How many slots of the arena one call takes while it runs. */
  public static final int SLOTS = 2;

  public static final int SEED_BYTES = 64;

  private static final int MAX_WORDS = 24;

  /** The longest sentence in the form that this class writes. */
  public static final int MAX_SENTENCE_BYTES = MAX_WORDS * (WordList.MAX_WORD_BYTES + 1) - 1;

  /** The longest sentence or passphrase that a seed is made of. */
  public static final int MAX_TEXT_BYTES = 1024;

  private static final int ITERATIONS = 2048;
  private static final String SALT = "mnemonic";
  private static final int WORD_BITS = 11;

  private final KeyDerivation functions;
  private final KeyArena arena;

  public Mnemonic(KeyDerivation functions, KeyArena arena) {
    this.functions = functions;
    this.arena = arena;
  }

  /** Whether a sentence may have so many words: 12, 15, 18, 21 or 24. */
  public static boolean isWordCount(int words) {
    return words >= 12 && words <= MAX_WORDS && words % 3 == 0;
  }

  /**
   * Makes a new sentence from the kernel's random source.
   *
   * @param words as {@link #isWordCount} allows
   * @param sentence takes {@link #MAX_SENTENCE_BYTES}
   */
  public void generate(int words, ByteBuffer sentence) throws PluginException, LinuxException {
    if (!isWordCount(words)) {
      throw new IllegalArgumentException("a mnemonic has 12, 15, 18, 21 or 24 words");
    }
    try (KeyArena.Slot slot = arena.allocate()) {
      ByteBuffer entropy = slot.buffer(words / 3 * 4);
      SecureRandomBytes.fill(entropy);
      write(entropy.flip(), sentence);
    }
  }

  /** Writes the sentence of 16, 20, 24, 28 or 32 bytes of entropy. */
  void write(ByteBuffer entropy, ByteBuffer sentence) throws PluginException {
    if (sentence.remaining() < MAX_SENTENCE_BYTES) {
      throw new BufferOverflowException();
    }
    int words = entropy.remaining() / 4 * 3;
    try (KeyArena.Slot slot = arena.allocate()) {
      ByteBuffer bits = slot.buffer(KeyArena.SLOT_BYTES);
      functions.sha256(entropy, bits.position(entropy.remaining()));
      bits.put(0, entropy, entropy.position(), entropy.remaining());
      for (int i = 0; i < words; i++) {
        if (i > 0) {
          sentence.put((byte) ' ');
        }
        WordList.english().write(word(bits, i), sentence);
      }
    }
  }

  /**
   * Checks a sentence and writes it in its one form: small letters, a single blank between words.
   *
   * @param text English words; capital letters, and any number of blanks, tabs and carriage returns
   *     around them, are accepted
   * @param sentence takes {@link #MAX_SENTENCE_BYTES}; nothing is written on failure
   * @throws MnemonicException if the number of words, a word or the checksum is wrong
   */
  public void normalize(ByteBuffer text, ByteBuffer sentence)
      throws MnemonicException, PluginException {
    if (sentence.remaining() < MAX_SENTENCE_BYTES) {
      throw new BufferOverflowException();
    }
    int words = countWords(text);
    try (KeyArena.Slot given = arena.allocate()) {
      ByteBuffer bits = given.buffer(KeyArena.SLOT_BYTES);
      readWords(text, bits);
      ByteBuffer entropy = given.buffer(words / 3 * 4);
      int checksumBits = words / 3;
      int checksum = bits.get(entropy.limit()) & 0xff;
      try (KeyArena.Slot hash = arena.allocate()) {
        ByteBuffer digest = hash.buffer(KeyDerivation.SHA256_BYTES);
        functions.sha256(entropy, digest);
        if (((digest.get(0) & 0xff) ^ checksum) >>> (Byte.SIZE - checksumBits) != 0) {
          throw new MnemonicException(
              "the words do not belong together: one is wrong, or their order is");
        }
      }
      write(entropy, sentence);
    }
  }

  /**
   * Makes the seed of a sentence and a passphrase: PBKDF2-HMAC-SHA512 over both in NFKD. The words
   * are not checked: any language's are accepted.
   *
   * @param sentence UTF-8, at most {@link #MAX_TEXT_BYTES}
   * @param passphrase UTF-8, at most {@link #MAX_TEXT_BYTES}; empty for none
   * @param seed takes {@link #SEED_BYTES}
   * @throws MnemonicException if one of them is too long, or not well-formed UTF-8
   */
  public void toSeed(ByteBuffer sentence, ByteBuffer passphrase, ByteBuffer seed)
      throws MnemonicException, PluginException, LinuxException {
    if (seed.remaining() < SEED_BYTES) {
      throw new BufferOverflowException();
    }
    if (Math.max(sentence.remaining(), passphrase.remaining()) > MAX_TEXT_BYTES) {
      throw new MnemonicException(
          "a mnemonic and a passphrase have at most " + MAX_TEXT_BYTES + " bytes each");
    }
    int passwordBytes = Nfkd.GROWTH * sentence.remaining();
    int saltBytes = SALT.length() + Nfkd.GROWTH * passphrase.remaining();
    try (NativeMemory pages = PrivatePages.open(passwordBytes + saltBytes).memory()) {
      ByteBuffer password = pages.buffer(0, passwordBytes);
      Nfkd.normalize(sentence, password);
      ByteBuffer salt = pages.buffer(passwordBytes, saltBytes);
      Nfkd.normalize(passphrase, salt.put(SALT.getBytes(StandardCharsets.US_ASCII)));
      functions.pbkdf2HmacSha512(
          password.flip(), salt.flip(), ITERATIONS, seed.slice(seed.position(), SEED_BYTES));
      seed.position(seed.position() + SEED_BYTES);
    } catch (CharacterCodingException e) {
      // Without its cause, which could tell how far the text was good.
      throw new MnemonicException("the mnemonic or the passphrase is not valid UTF-8");
    }
  }

  /**
   * Makes the seed of English words, which are checked and brought into their one form first.
   *
   * @param text as {@link #normalize} takes it
   * @param passphrase as {@link #toSeed} takes it
   * @param seed takes {@link #SEED_BYTES}
   * @throws MnemonicException as both do
   */
  public void toSeedOfWords(ByteBuffer text, ByteBuffer passphrase, ByteBuffer seed)
      throws MnemonicException, PluginException, LinuxException {
    try (NativeMemory pages = PrivatePages.open(MAX_SENTENCE_BYTES).memory()) {
      ByteBuffer sentence = pages.buffer(0, MAX_SENTENCE_BYTES);
      normalize(text, sentence);
      toSeed(sentence.flip(), passphrase, seed);
    }
  }

  private static int countWords(ByteBuffer text) throws MnemonicException {
    int words = 0;
    for (int at = nextWord(text, text.position()); at < text.limit(); words++) {
      at = nextWord(text, endOfWord(text, at));
    }
    if (!isWordCount(words)) {
      throw new MnemonicException("a mnemonic has 12, 15, 18, 21 or 24 words, and not " + words);
    }
    return words;
  }

  /** Packs the words' indexes, 11 bits each, into zeroed bits. */
  private static void readWords(ByteBuffer text, ByteBuffer bits) throws MnemonicException {
    int at = nextWord(text, text.position());
    for (int i = 0; at < text.limit(); i++) {
      int end = endOfWord(text, at);
      int index = WordList.english().indexOf(text, at, end);
      if (index < 0) {
        throw new MnemonicException("word " + (i + 1) + " is not in the list", i + 1);
      }
      for (int bit = 0; bit < WORD_BITS; bit++) {
        int target = i * WORD_BITS + bit;
        int value = (index >>> (WORD_BITS - 1 - bit) & 1) << (7 - target % 8);
        bits.put(target / 8, (byte) (bits.get(target / 8) | value));
      }
      at = nextWord(text, end);
    }
  }

  /** The 11 bits of one word. */
  private static int word(ByteBuffer bits, int position) {
    int word = 0;
    for (int i = position * WORD_BITS; i < (position + 1) * WORD_BITS; i++) {
      word = word << 1 | bits.get(i / 8) >>> (7 - i % 8) & 1;
    }
    return word;
  }

  private static int nextWord(ByteBuffer text, int from) {
    int at = from;
    while (at < text.limit() && isBlank(text.get(at))) {
      at++;
    }
    return at;
  }

  private static int endOfWord(ByteBuffer text, int from) {
    int at = from;
    while (at < text.limit() && !isBlank(text.get(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
