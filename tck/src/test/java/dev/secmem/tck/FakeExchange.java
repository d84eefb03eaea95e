package dev.secmem.tck;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** One request within the process, and its reply. */
final class FakeExchange implements Request, Reply {
  /** What came back. */
  record Answer(String fields, byte[] delivery) {}

  private record FakeDelivery(byte[] bytes, ByteBuffer source) implements Delivery {}

  final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final Verb verb;
  private final String[] arguments;
  private final byte[] body;
  private final String broken;
  private Peer peer;
  private boolean answered;

  FakeExchange(Verb verb, String[] arguments, byte[] body, String broken) {
    this.verb = verb;
    this.arguments = arguments;
    this.body = body;
    this.broken = broken;
  }

  void handle(RequestHandler.Session session, Peer asking) {
    peer = asking;
    try {
      session.handle(this, this);
      if (!answered) {
        if (broken.equals("TR-09")) {
          ok("ttl_ms=0");
        } else {
          error(ErrorCode.INTERNAL, "no answer");
        }
      }
    } catch (RequestException e) {
      error(e.code(), broken.equals("TR-07") ? "refused" : e.getMessage());
    } catch (Throwable e) {
      if (!answered) {
        error(ErrorCode.INTERNAL, broken.equals("TR-08") ? e.getMessage() : "failed");
      }
    }
  }

  void breakOff() {
    answer.completeExceptionally(
        new SecretClientException(SecretClientException.Reason.NO_AGENT, "ended", null));
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
    return arguments.length;
  }

  @Override
  public String argument(int index) {
    if (broken.equals("TR-14") && index >= arguments.length) {
      return "";
    }
    return arguments[index];
  }

  @Override
  public boolean hasBody() {
    return body != null;
  }

  @Override
  public Body body() throws RequestException {
    if (body == null) {
      throw new RequestException(
          broken.equals("TR-17") ? ErrorCode.NOT_FOUND : ErrorCode.BAD_REQUEST, "no body");
    }
    return new Body() {
      @Override
      public long sizeBytes() {
        return body.length;
      }

      @Override
      public void read(ByteBuffer target) {
        target.put(body, 0, target.remaining());
        if (broken.equals("TR-16") && body.length > 4096) {
          target.put(target.position() - 1, (byte) 0).put(0, (byte) 0);
          target.put(target.limit() / 2, (byte) ~target.get(target.limit() / 2));
        }
      }
    };
  }

  @Override
  public void ok(CharSequence fields) {
    requireFirst();
    complete(fields.toString(), null);
  }

  @Override
  public Delivery prepare(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(content.position(), bytes);
    return new FakeDelivery(bytes, content);
  }

  @Override
  public void ok(CharSequence fields, Delivery delivery) {
    requireFirst();
    FakeDelivery prepared = (FakeDelivery) delivery;
    // The fault: what is sent is what lies there now, not what lay there when it was prepared.
    boolean late = broken.equals("TR-11");
    complete(
        fields.toString(),
        late ? ((FakeDelivery) prepare(prepared.source())).bytes() : prepared.bytes());
  }

  @Override
  public void error(ErrorCode code, String message) {
    requireFirst();
    ErrorCode sent = broken.equals("TR-12") && code == ErrorCode.EXPIRED ? ErrorCode.BUSY : code;
    if (broken.equals("TR-13") && message.contains("\n")) {
      complete(message.substring(message.indexOf('\n')).replace("\nOK ", "").strip(), null);
    } else {
      answer.completeExceptionally(new SecretClientException(sent, message));
    }
  }

  private void requireFirst() {
    if (answered && !broken.equals("TR-10")) {
      throw new IllegalStateException("answered already");
    }
    answered = true;
  }

  private void complete(String fields, byte[] delivery) {
    answer.complete(new Answer(fields, delivery));
  }
}
