package dev.secmem.app.ctl;

import dev.secmem.api.Syntax;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.keys.KeyPath;

/**
 * Which key a command means.
 *
 * @param path as the agent takes it; a JSON string needs no escape for it
 */
record KeyChoice(String path, KeyType type) {
  private static final String DEVICE = "device:";
  private static final long MAX_INDEX = (1L << 31) - 1;

  /** The key that the operand and the option, which may be absent, name. */
  static KeyChoice of(Arguments arguments, CommandOption typeOption) throws UsageException {
    String operand = arguments.operand();
    KeyPath path = path(operand);
    String type = arguments.value(typeOption);
    if (type == null) {
      boolean ethereum = path.equals(KeyPath.ETHEREUM);
      return new KeyChoice(path.toString(), ethereum ? KeyType.SECP256K1 : KeyType.ED25519);
    }
    KeyType known = KeyType.ofWire(type);
    if (known == null) {
      throw new UsageException(
          "no such type: '" + type + "'; a type is ed25519, secp256k1 or nist256p1");
    }
    return new KeyChoice(path.toString(), known);
  }

  static KeyPath path(String operand) throws UsageException {
    switch (operand) {
      case "identity":
        return KeyPath.IDENTITY;
      case "ssh-host":
        return KeyPath.SSH_HOST;
      case "ethereum":
        return KeyPath.ETHEREUM;
      default:
        return operand.startsWith(DEVICE) ? device(operand) : parsed(operand);
    }
  }

  private static KeyPath device(String operand) throws UsageException {
    long number = Syntax.number(operand.substring(DEVICE.length()));
    if (number < 0 || number > MAX_INDEX) {
      throw new UsageException("a device's number is 0 to " + MAX_INDEX + ": '" + operand + "'");
    }
    return KeyPath.device((int) number);
  }

  private static KeyPath parsed(String operand) throws UsageException {
    if (!operand.equals("m") && !operand.startsWith("m/")) {
      throw new UsageException(
          "no such key: '"
              + operand
              + "'; write identity, device:N, ssh-host, ethereum, or a path such as m/74'/0'/0'/5'");
    }
    try {
      return KeyPath.parse(operand);
    } catch (IllegalArgumentException e) {
      throw new UsageException("not a path: '" + operand + "': " + e.getMessage());
    }
  }

  /** Its members of a JSON object. */
  String json() {
    return "\"path\":\"" + path + "\",\"type\":\"" + type.wire() + "\"";
  }
}
