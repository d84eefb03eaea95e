package dev.secmem.app.ctl;

/**
 * The commands on the agent's lock and its derived keys: a table of its own, which a command on
 * secrets never loads.
 */
final class KeySyntax {
  static final CommandOption WORDS =
      CommandOption.value("--words", "N", "how many words: 12, 15, 18, 21 or 24; else 24");
  static final CommandOption FORCE_PRINT =
      CommandOption.flag("--force", "print it even where that is no terminal");
  static final CommandOption FORCE_RAW =
      CommandOption.flag("--force", "write raw bytes even to a terminal");
  static final CommandOption FORCE_SHOW =
      CommandOption.flag("--force", "show the private key even on a terminal, in hexadecimal");
  static final CommandOption TYPE =
      CommandOption.value(
          "--type",
          "T",
          "ed25519, secp256k1 or nist256p1; else secp256k1 for ethereum, ed25519 for the others");
  static final CommandOption TYPE_NEEDED =
      CommandOption.value("--type", "T", "ed25519, secp256k1 or nist256p1; must be given");
  static final CommandOption SSH =
      CommandOption.flag("--ssh", "as a line of OpenSSH's authorized_keys and known_hosts");
  static final CommandOption PEM = CommandOption.flag("--pem", "as PEM, which openssl reads");
  static final CommandOption HEX = CommandOption.flag("--hex", "in hexadecimal");
  static final CommandOption BASE64 = CommandOption.flag("--base64", "in base64");
  static final CommandOption LENGTH =
      CommandOption.value("--length", "N", "how many characters, 8 to 128; else 20");
  static final CommandOption KEY_VERSION =
      CommandOption.value("--key-version", "N", "the key's version; else 1");
  static final CommandOption NEW_VERSION =
      CommandOption.value("--key-version", "N", "the new key's version; must be given");
  static final CommandOption INPUT =
      CommandOption.value("--input", "-i", "FILE", "read this file; else standard input");
  static final CommandOption OUTPUT =
      CommandOption.value(
          "--output",
          "-o",
          "FILE",
          "write to a file of mode 0600, replacing a file that is there; else standard output");

  private static final String NAMES =
      "NAME is identity, device:N, ssh-host or ethereum; PATH is as m/74'/0'/0'/5', where h may"
          + " stand for ' (a shell needs no quotes then).";

  static final CommandSyntax INIT =
      new CommandSyntax(
          "init",
          "Make a new mnemonic, from which every key of an agent can come.",
          "",
          0,
          0,
          options(WORDS, FORCE_PRINT, CtlSyntax.JSON),
          "It is shown once, on this terminal, and stored nowhere. Whoever has the words has every"
              + " key; without them nobody has any. An agent is not needed for this.",
          "",
          "Examples:",
          "  secmemctl init",
          "  secmem-agent --root mnemonic &",
          "  secmemctl unlock");
  static final CommandSyntax UNLOCK =
      new CommandSyntax(
          "unlock",
          "Unlock the agent.",
          "",
          0,
          0,
          options(),
          "You are asked for what unlocks it, and it is not shown: the mnemonic and its passphrase,"
              + " or the passphrase of 'secmemctl lock' if the agent's root is random. It is"
              + " read from standard input where that is no terminal: the words on a line, then the"
              + " passphrase on the next if there is one. A newline at the end is dropped.",
          "",
          "Examples:",
          "  secmemctl unlock",
          "  secmemctl unlock < /run/credentials/mnemonic");
  static final CommandSyntax LOCK =
      new CommandSyntax(
          "lock",
          "Lock the agent: its keys are wiped until it is unlocked.",
          "",
          0,
          0,
          options(),
          "Secrets stay, encrypted, and their times go on. An agent whose root is random needs a"
              + " passphrase that will unlock it: you are asked for it twice, or it is read from"
              + " standard input where that is no terminal. A newline at the end is dropped.",
          "",
          "Example:",
          "  secmemctl lock");
  static final CommandSyntax PUBKEY =
      new CommandSyntax(
          "pubkey",
          "Print a public key.",
          "NAME|PATH",
          1,
          1,
          options(TYPE, HEX, SSH, PEM, CtlSyntax.JSON),
          NAMES,
          "",
          "Without a form it is printed in hexadecimal: 32 bytes of ed25519, or the 33 of a"
              + " compressed point. --json prints one object: path, type, public_key_hex.",
          "",
          "Examples:",
          "  secmemctl pubkey ssh-host --ssh",
          "  secmemctl pubkey ethereum",
          "  secmemctl pubkey m/74h/0h/0h/5h --type nist256p1 --pem");
  static final CommandSyntax SIGN =
      new CommandSyntax(
          "sign",
          "Sign a message.",
          "NAME|PATH",
          1,
          1,
          options(TYPE, INPUT, OUTPUT, HEX, BASE64, CtlSyntax.JSON, FORCE_RAW),
          NAMES,
          "",
          "The message is read byte for byte. The signature is raw bytes: 64 of ed25519, or DER of"
              + " ECDSA over SHA-256. --json prints one object: path, type, signature_base64.",
          "",
          "Examples:",
          "  secmemctl sign identity -i release.tar -o release.tar.sig",
          "  printf hello | secmemctl sign identity --hex");
  static final CommandSyntax PASSWORD =
      new CommandSyntax(
          "password",
          "Print the password of a site, always the same one for a mnemonic.",
          "SITE",
          1,
          1,
          options(LENGTH, OUTPUT, CtlSyntax.JSON),
          "SITE is any text, written the same way each time: every other text has another password."
              + " A longer password begins with the shorter one. A newline follows only on a"
              + " terminal. --json prints one object: site, length, password.",
          "",
          "Example:",
          "  secmemctl password example.com --length 32");
  static final CommandSyntax ENCRYPT =
      new CommandSyntax(
          "encrypt",
          "Encrypt with a key of the mnemonic.",
          "",
          0,
          0,
          options(KEY_VERSION, INPUT, OUTPUT),
          "Prints an envelope, one line of JSON, that can be kept anywhere; an agent with the same"
              + " mnemonic decrypts it. On a terminal you are asked for a line, which is not shown.",
          "",
          "Example:",
          "  secmemctl encrypt -i backup.key -o backup.key.json");
  static final CommandSyntax DECRYPT =
      new CommandSyntax(
          "decrypt",
          "Decrypt an envelope.",
          "",
          0,
          0,
          options(INPUT, OUTPUT),
          "The content is written byte for byte; a newline follows only on a terminal.",
          "",
          "Example:",
          "  secmemctl decrypt -i backup.key.json -o backup.key");
  static final CommandSyntax ROTATE =
      new CommandSyntax(
          "rotate",
          "Encrypt an envelope's content anew, with another version of the key.",
          "",
          0,
          0,
          options(NEW_VERSION, INPUT, OUTPUT),
          "The content does not leave the agent.",
          "",
          "Example:",
          "  secmemctl rotate --key-version 2 -i old.json -o new.json");
  static final CommandSyntax DERIVE =
      new CommandSyntax(
          "derive",
          "Print a private key, if the agent runs with --allow-derive.",
          "NAME|PATH",
          1,
          1,
          options(TYPE_NEEDED, OUTPUT, HEX, BASE64, FORCE_SHOW),
          NAMES,
          "",
          "It is 32 raw bytes: an ed25519 seed, or a big-endian number. Whoever has it can sign as"
              + " you: 'secmemctl sign' needs no private key outside the agent.",
          "",
          "Example:",
          "  secmemctl derive device:3 --type ed25519 -o device3.key");

  static final CommandSyntax[] COMMANDS = {
    INIT, UNLOCK, LOCK, PUBKEY, SIGN, PASSWORD, ENCRYPT, DECRYPT, ROTATE, DERIVE
  };

  private KeySyntax() {}

  private static CommandOption[] options(CommandOption... options) {
    return options;
  }
}
