package dev.secmem.app.keys;

/** What was entered is no mnemonic, or no text. Its message, for people, holds nothing of it. */
public final class MnemonicException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int wordPosition;

  MnemonicException(String message) {
    this(message, 0);
  }

  MnemonicException(String message, int wordPosition) {
    super(message);
    this.wordPosition = wordPosition;
  }

  /** Which word is not in the list, from 1; 0 if it is not one word that is wrong. */
  public int wordPosition() {
    return wordPosition;
  }
}
