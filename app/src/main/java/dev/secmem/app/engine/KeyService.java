package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PercentEncoding;
import dev.secmem.api.PluginException;
import dev.secmem.api.Verb;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.app.keys.SitePassword;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The verbs on derived keys: PUBKEY, SIGN, PASSWORD, DERIVE, and those on envelopes. The lock's
 * gate is held meanwhile.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyService {
  private static final int MAX_SITE_BYTES = 255;
  private static final HexFormat HEX = HexFormat.of();

  private final KeyRights rights;
  private final KeyVault vault;
  private final KeyDerivation derivation;
  private final SitePassword passwords;
  private final ScratchPool scratch;
  private final int maxMessageBytes;
  private final EnvelopeService envelopes;

  KeyService(
      EngineOptions options,
      KeyRights rights,
      KeyVault vault,
      KeyDerivation derivation,
      ScratchPool scratch,
      EnvelopeService envelopes) {
    this.rights = rights;
    this.vault = vault;
    this.derivation = derivation;
    this.passwords = new SitePassword(new SymmetricKeys(derivation));
    this.scratch = scratch;
    this.maxMessageBytes = options.maxSecretSize();
    this.envelopes = envelopes;
  }

  void serve(Verb verb, Exchange exchange) throws RequestException {
    try {
      switch (verb) {
        case PUBKEY -> publicKey(exchange);
        case SIGN -> sign(exchange);
        case PASSWORD -> password(exchange);
        case DERIVE -> derive(exchange);
        case ENCRYPT -> envelopes.encrypt(exchange);
        case DECRYPT -> envelopes.decrypt(exchange);
        case ROTATE -> envelopes.rotate(exchange);
        default -> throw new IllegalArgumentException("not a verb on keys: " + verb);
      }
    } catch (PluginException | LinuxException e) {
      throw Failures.of(e);
    }
  }

  private void publicKey(Exchange exchange)
      throws RequestException, PluginException, LinuxException {
    Arguments.count(exchange.request(), 2, 2);
    KeyPath path = path(exchange);
    KeyType type = type(exchange.request());
    rights.checkKeys(exchange.peer());
    ByteBuffer publicKey = withKeyPair(path, type, DerivedKey::publicKey);
    StringBuilder fields = exchange.fields().append("key=");
    while (publicKey.hasRemaining()) {
      HEX.toHexDigits(fields, publicKey.get());
    }
    exchange.ok(fields);
  }

  private void sign(Exchange exchange) throws RequestException, PluginException, LinuxException {
    Request request = exchange.request();
    Arguments.count(request, 2, 2);
    KeyPath path = path(exchange);
    KeyType type = type(request);
    Body body = request.body();
    if (body.sizeBytes() > maxMessageBytes) {
      throw new RequestException(
          ErrorCode.TOO_LARGE, "a message has at most " + maxMessageBytes + " bytes");
    }
    rights.checkKeys(exchange.peer());
    Reply.Delivery delivery;
    try (ScratchPool.Piece piece = scratch.borrow((int) body.sizeBytes())) {
      body.read(piece.buffer());
      delivery = sign(exchange, path, type, piece.buffer());
    }
    exchange.ok("", delivery);
  }

  private Reply.Delivery sign(Exchange exchange, KeyPath path, KeyType type, ByteBuffer message)
      throws RequestException, PluginException, LinuxException {
    ByteBuffer signature = SIGNATURES.get().clear();
    withKeyPair(
        path,
        type,
        key -> {
          derivation.sign(type, key.privateKey(), key.publicKey(), message, signature);
          return null;
        });
    return exchange.reply().prepare(signature.flip());
  }

  /** Where a signature is put together: one a thread. It is no secret. */
  private static final ThreadLocal<ByteBuffer> SIGNATURES =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(KeyDerivation.MAX_SIGNATURE_BYTES));

  private void password(Exchange exchange)
      throws RequestException, PluginException, LinuxException {
    Request request = exchange.request();
    Arguments.count(request, 2, 2);
    String site = site(request.argument(0));
    long length = Arguments.number(request.argument(1), "length");
    if (length < SitePassword.MIN_LENGTH || length > SitePassword.MAX_LENGTH) {
      throw Arguments.bad(
          "bad length: " + SitePassword.MIN_LENGTH + " to " + SitePassword.MAX_LENGTH);
    }
    KeyPath path = KeyPath.sitePassword(SitePassword.index(site));
    about(exchange, path);
    rights.checkKeys(exchange.peer());
    Reply.Delivery delivery;
    try (ScratchPool.Piece piece = scratch.borrow((int) length)) {
      vault.withNode(
          path,
          node -> {
            passwords.write(node.privateKey(), (int) length, piece.buffer());
            return null;
          });
      delivery = exchange.reply().prepare(piece.buffer());
    }
    exchange.ok("", delivery);
  }

  private void derive(Exchange exchange) throws RequestException, PluginException, LinuxException {
    Arguments.count(exchange.request(), 2, 2);
    KeyPath path = path(exchange);
    KeyType type = type(exchange.request());
    rights.checkDerive(exchange.peer());
    Reply.Delivery delivery =
        withKeyPair(path, type, key -> exchange.reply().prepare(key.privateKey()));
    exchange.ok("", delivery);
  }

  private <T> T withKeyPair(KeyPath path, KeyType type, KeyVault.Use<T> use)
      throws RequestException, PluginException, LinuxException {
    if (path.isKeptForSymmetricKeys()) {
      // The same bytes must not be a signing key and what other keys are derived from.
      throw Arguments.bad("this path is kept for passwords and encryption, and has no key pair");
    }
    if (type == KeyType.ED25519 && !path.isHardened()) {
      throw Arguments.bad("ed25519 has hardened steps only: write each with ' or h after it");
    }
    return vault.withKey(path, type, use);
  }

  private static KeyPath path(Exchange exchange) throws RequestException {
    try {
      KeyPath path = KeyPath.parse(exchange.request().argument(0));
      about(exchange, path);
      return path;
    } catch (IllegalArgumentException e) {
      throw Arguments.bad("bad path: " + e.getMessage());
    }
  }

  /** For the audit, with marks that a name may have. */
  static void about(Exchange exchange, KeyPath path) {
    exchange.about(path.toString().replace('\'', 'h'), -1);
  }

  private static KeyType type(Request request) throws RequestException {
    KeyType type = KeyType.ofWire(request.argument(1));
    if (type == null) {
      throw Arguments.bad("bad type: ed25519, secp256k1 or nist256p1");
    }
    return type;
  }

  private static String site(String word) throws RequestException {
    try {
      byte[] utf8 = PercentEncoding.decode(word);
      if (utf8.length > MAX_SITE_BYTES) {
        throw Arguments.bad("bad site: at most " + MAX_SITE_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw Arguments.bad("bad site: percent-encoded UTF-8, as in m%C3%BCnchen.de");
    }
  }
}
