package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;

/** A request as the handler sees it. The descriptor stays the line reader's. */
final class UdsRequest implements Request {
  private final Peer peer;
  private final Verb verb;
  private final RequestLine line;
  private final Attachment attachment;
  private MemfdBody body;

  UdsRequest(Peer peer, Verb verb, RequestLine line, Attachment attachment) {
    this.peer = peer;
    this.verb = verb;
    this.line = line;
    this.attachment = attachment;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public Verb verb() {
    return verb;
  }

  @Override
  public int argumentCount() {
    return line.words() - 1;
  }

  @Override
  public String argument(int index) {
    if (index < 0 || index >= argumentCount()) {
      throw new IndexOutOfBoundsException(index);
    }
    return line.word(index + 1);
  }

  @Override
  public boolean hasBody() {
    // One that the kernel had to drop came, too: body says so.
    return attachment.hasDescriptor() || attachment.isDropped();
  }

  @Override
  public Body body() throws RequestException {
    if (body == null) {
      body = receiveBody();
    }
    return body;
  }

  private MemfdBody receiveBody() throws RequestException {
    if (attachment.isDropped()) {
      throw new RequestException(
          ErrorCode.QUOTA, "the agent cannot get descriptors now; try again");
    }
    if (!attachment.hasDescriptor()) {
      throw new RequestException(ErrorCode.BAD_REQUEST, "no descriptor came with the line");
    }
    return MemfdBody.of(attachment.descriptor());
  }
}
