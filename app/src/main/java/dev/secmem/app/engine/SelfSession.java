package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.linux.OwnIdentity;

/**
 * The agent's own look at itself: HELLO, and nothing else. It is neither counted nor audited, so
 * that a check every few seconds fills no log, needs no place and keeps no idle agent alive.
 * Serial.
 */
final class SelfSession implements RequestHandler.Session {
  private static final int OWN_PID = (int) ProcessHandle.current().pid();
  private static final long OWN_UID = OwnIdentity.uid();

  private final AgentIdentity identity;
  private final Quota quota;

  SelfSession(AgentIdentity identity, Quota quota) {
    this.identity = identity;
    this.quota = quota;
  }

  /** Whether this process connected to itself: while it lives no other has its number. */
  static boolean isFrom(Peer peer) {
    return peer.pid() == OWN_PID && peer.uid() == OWN_UID;
  }

  @Override
  public void handle(Request request, Reply reply) throws RequestException {
    if (request.verb() != Verb.HELLO || request.argumentCount() != 0) {
      throw new RequestException(ErrorCode.BAD_REQUEST, "the agent asks itself for HELLO only");
    }
    quota.total(); // every request needs this lock: an agent that is stuck on it does not answer
    reply.ok("protocol=1 server=" + identity.server());
  }

  @Override
  public void rejected(RequestException reason) {
    // A line of this process's own making: the round trip fails, which is said there.
  }

  @Override
  public void close() {}
}
