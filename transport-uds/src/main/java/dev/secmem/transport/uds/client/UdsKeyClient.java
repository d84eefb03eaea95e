package dev.secmem.transport.uds.client;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.client.KeyClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.crypto.KeyType;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.OptionalLong;

/** The verbs on keys, over a client's connection. */
final class UdsKeyClient implements KeyClient {
  private final UdsClient client;

  UdsKeyClient(UdsClient client) {
    this.client = client;
  }

  @Override
  public void unlock(ByteBuffer secret) throws SecretClientException {
    client.request("UNLOCK", secret);
  }

  @Override
  public void lock() throws SecretClientException {
    client.request("LOCK");
  }

  @Override
  public void lock(ByteBuffer passphrase) throws SecretClientException {
    client.request("LOCK", passphrase);
  }

  @Override
  public byte[] publicKey(String path, KeyType type) throws SecretClientException {
    String hex = client.request(line("PUBKEY", path, type)).text("key");
    byte[] key;
    try {
      key = HexFormat.of().parseHex(hex == null ? "" : hex);
    } catch (IllegalArgumentException e) {
      throw ReplyFields.bad("the reply's key is not in hexadecimal");
    }
    if (key.length != type.publicKeyBytes()) {
      throw ReplyFields.bad("the reply's key is none of " + type.wire());
    }
    return key;
  }

  @Override
  public Delivery sign(String path, KeyType type, ByteBuffer message) throws SecretClientException {
    return client.deliver(line("SIGN", path, type), message);
  }

  @Override
  public Delivery password(String site, int length) throws SecretClientException {
    String word = RequestText.word(PercentEncoding.encode(site));
    return client.deliver(
        RequestText.line("PASSWORD", word, Integer.toString(length)), UdsClient.NO_NAME);
  }

  @Override
  public Delivery encrypt(ByteBuffer plaintext, OptionalLong version) throws SecretClientException {
    return client.deliver(
        version.isPresent() ? "ENCRYPT " + version.getAsLong() : "ENCRYPT", plaintext);
  }

  @Override
  public Delivery decrypt(ByteBuffer envelope) throws SecretClientException {
    return client.deliver("DECRYPT", envelope);
  }

  @Override
  public Delivery rotate(ByteBuffer envelope, long version) throws SecretClientException {
    return client.deliver("ROTATE " + version, envelope);
  }

  @Override
  public Delivery derive(String path, KeyType type) throws SecretClientException {
    return client.deliver(line("DERIVE", path, type), UdsClient.NO_NAME);
  }

  private static String line(String verb, String path, KeyType type) throws SecretClientException {
    return RequestText.line(verb, RequestText.word(path), type.wire());
  }
}
