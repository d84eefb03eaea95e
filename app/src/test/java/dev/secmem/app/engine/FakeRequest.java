package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import java.nio.ByteBuffer;

/** A request line as a transport hands it on, with a body or without. */
final class FakeRequest implements Request {
  private final Peer peer;
  private final String[] words;
  private final Body body;

  FakeRequest(Peer peer, String line, Body body) {
    this.peer = peer;
    this.words = line.split(" ");
    this.body = body;
  }

  /** How a body is read. */
  interface Reading {
    void into(ByteBuffer target) throws RequestException;
  }

  /** A body that holds those bytes. */
  static Body body(byte[] content) {
    return body(content.length, target -> target.put(content, 0, target.remaining()));
  }

  /** A body that says it has that size, and is read like that. */
  static Body body(long sizeBytes, Reading reading) {
    return new Body() {
      @Override
      public long sizeBytes() {
        return sizeBytes;
      }

      @Override
      public void read(ByteBuffer target) throws RequestException {
        reading.into(target);
      }
    };
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public Verb verb() {
    return Verb.ofWire(words[0]);
  }

  @Override
  public int argumentCount() {
    return words.length - 1;
  }

  @Override
  public String argument(int index) {
    return words[index + 1];
  }

  @Override
  public boolean hasBody() {
    return body != null;
  }

  @Override
  public Body body() throws RequestException {
    if (body == null) {
      throw new RequestException(ErrorCode.BAD_REQUEST, "no descriptor came");
    }
    return body;
  }
}
