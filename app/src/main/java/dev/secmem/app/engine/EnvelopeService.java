package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.app.keys.Envelope;
import dev.secmem.app.keys.EnvelopeCipher;
import dev.secmem.app.keys.EnvelopeException;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * The verbs on envelopes: ENCRYPT, DECRYPT, ROTATE.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class EnvelopeService {
  private static final int FIRST_VERSION = 1;

  private final KeyRights rights;
  private final KeyVault vault;
  private final ScratchPool scratch;
  private final EnvelopeCipher cipher;
  private final int maxMessageBytes;

  /** Each takes a slot of the key arena, and memory for its text: a few at a time. */
  private final Semaphore workers = new Semaphore(8, true);

  EnvelopeService(
      EngineOptions options,
      KeyRights rights,
      KeyVault vault,
      KeyDerivation derivation,
      CipherProvider ciphers,
      EngineMemory memory) {
    this.rights = rights;
    this.vault = vault;
    this.scratch = memory.scratch();
    this.cipher = new EnvelopeCipher(new SymmetricKeys(derivation), ciphers, memory.keyArena());
    this.maxMessageBytes = options.maxSecretSize();
  }

  /** What makes a reply's body of a request's. */
  private interface Work {
    Reply.Delivery run() throws RequestException, PluginException, LinuxException;
  }

  private void answer(Exchange exchange, Work work)
      throws RequestException, PluginException, LinuxException {
    Reply.Delivery delivery;
    workers.acquireUninterruptibly();
    try {
      delivery = work.run();
    } finally {
      workers.release();
    }
    exchange.ok("", delivery); // sends, and so may wait for the client: holds nothing meanwhile
  }

  void encrypt(Exchange exchange) throws RequestException, PluginException, LinuxException {
    Request request = exchange.request();
    Arguments.count(request, 0, 1);
    int version = request.argumentCount() == 0 ? FIRST_VERSION : version(request);
    KeyService.about(exchange, KeyPath.encryption(version));
    Body body = request.body();
    checkSize(body, maxMessageBytes);
    rights.checkKeys(exchange.peer());
    answer(
        exchange,
        () -> {
          try (ScratchPool.Piece piece = scratch.borrow((int) body.sizeBytes())) {
            body.read(piece.buffer());
            return seal(exchange, piece.buffer(), version);
          }
        });
  }

  void decrypt(Exchange exchange) throws RequestException, PluginException, LinuxException {
    Arguments.count(exchange.request(), 0, 0);
    Body body = checkedEnvelope(exchange);
    answer(exchange, () -> open(exchange, body, plaintext -> exchange.reply().prepare(plaintext)));
  }

  void rotate(Exchange exchange) throws RequestException, PluginException, LinuxException {
    Arguments.count(exchange.request(), 1, 1);
    int version = version(exchange.request());
    Body body = checkedEnvelope(exchange);
    answer(exchange, () -> open(exchange, body, plaintext -> seal(exchange, plaintext, version)));
  }

  private Body checkedEnvelope(Exchange exchange) throws RequestException {
    Body body = exchange.request().body();
    checkSize(body, Envelope.maxJsonBytes(maxMessageBytes));
    rights.checkKeys(exchange.peer());
    return body;
  }

  private Reply.Delivery seal(Exchange exchange, ByteBuffer plaintext, int version)
      throws RequestException, PluginException, LinuxException {
    int jsonBytes = Envelope.maxJsonBytes(plaintext.remaining());
    try (NativeMemory memory = NativeMemory.anonymous(jsonBytes)) {
      ByteBuffer json = memory.buffer(0, jsonBytes);
      vault.withNode(
          KeyPath.encryption(version),
          node -> {
            cipher.encrypt(plaintext, version, node.privateKey(), json);
            return null;
          });
      return exchange.reply().prepare(json.flip());
    }
  }

  /** What becomes of an envelope's content. */
  private interface Content {
    Reply.Delivery use(ByteBuffer plaintext)
        throws RequestException, PluginException, LinuxException;
  }

  private Reply.Delivery open(Exchange exchange, Body body, Content content)
      throws RequestException, PluginException, LinuxException {
    // Never zero: no memory has that size.
    int sizeBytes = Math.max(1, (int) body.sizeBytes());
    try (NativeMemory memory = NativeMemory.anonymous(sizeBytes)) {
      ByteBuffer json = memory.buffer(0, (int) body.sizeBytes());
      body.read(json);
      Envelope envelope = parse(json.flip());
      KeyService.about(exchange, KeyPath.encryption(envelope.keyVersion()));
      if (envelope.plaintextBytes() > maxMessageBytes) {
        throw tooLarge(maxMessageBytes);
      }
      try (ScratchPool.Piece piece = scratch.borrow(envelope.plaintextBytes())) {
        vault.withNode(
            KeyPath.encryption(envelope.keyVersion()),
            node -> {
              cipher.decrypt(envelope, node.privateKey(), piece.buffer());
              return null;
            });
        return content.use(piece.buffer());
      }
    } catch (PluginException e) {
      if (e.reason() == PluginException.Reason.AUTHENTICATION_FAILED) {
        throw new RequestException(
            ErrorCode.WRONG_KEY, "another mnemonic made this envelope, or it was altered");
      }
      throw e;
    }
  }

  private static Envelope parse(ByteBuffer json) throws RequestException {
    try {
      return Envelope.parse(json);
    } catch (EnvelopeException e) {
      throw Arguments.bad(e.getMessage());
    }
  }

  private static int version(Request request) throws RequestException {
    long version = Arguments.number(request.argument(0), "version");
    if (version > Integer.MAX_VALUE) {
      throw Arguments.bad("bad version: 0 to " + Integer.MAX_VALUE);
    }
    return (int) version;
  }

  private static void checkSize(Body body, int mostBytes) throws RequestException {
    if (body.sizeBytes() > mostBytes) {
      throw tooLarge(mostBytes);
    }
  }

  private static RequestException tooLarge(int mostBytes) {
    return new RequestException(
        ErrorCode.TOO_LARGE, "this body has at most " + mostBytes + " bytes");
  }
}
