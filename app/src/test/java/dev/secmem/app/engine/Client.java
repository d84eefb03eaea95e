package dev.secmem.app.engine;

import dev.secmem.api.transport.Body;
import java.nio.charset.StandardCharsets;

/** One connection's requests. Confined. */
final class Client {
  final FakePeer peer;
  final ConnectionSession session;

  Client(FakePeer peer, ConnectionSession session) {
    this.peer = peer;
    this.session = session;
  }

  Answer call(String line) {
    return send(line, null, new Answer());
  }

  Answer call(String line, byte[] body) {
    return send(line, FakeRequest.body(body), new Answer());
  }

  Answer call(String line, String body) {
    return call(line, body.getBytes(StandardCharsets.US_ASCII));
  }

  Answer send(String line, Body body, Answer answer) {
    session.handle(new FakeRequest(peer, line, body), answer);
    return answer;
  }
}
