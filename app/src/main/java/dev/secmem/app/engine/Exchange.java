package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;

/**
 * One request on its way through the engine, with what the audit is to say of it. Confined; one
 * object serves a connection's requests one after the other.
 */
final class Exchange {
  private final Caller caller;
  private final StringBuilder fields = new StringBuilder(128);
  private final Recorder recorder;

  private Request request;
  private Reply reply;
  private long startNanos;
  private boolean answered;
  private ErrorCode result;

  private String name;
  private long owner;
  private long version;

  /** Hears of each answer directly before it leaves. */
  interface Recorder {
    /**
     * @param code null for OK
     */
    void answering(Exchange exchange, ErrorCode code);
  }

  Exchange(Peer peer, Recorder recorder) {
    this.caller = new Caller(peer);
    this.recorder = recorder;
  }

  void begin(Request newRequest, Reply newReply, long nowNanos) {
    caller.nextRequest();
    request = newRequest;
    reply = newReply;
    startNanos = nowNanos;
    answered = false;
    result = null;
    name = null;
    owner = -1;
    version = 0;
  }

  /** Names the secret that this request is about, for the audit; a well-formed name only. */
  void about(String secretName, long ownerUid) {
    name = secretName;
    owner = ownerUid;
  }

  void about(Entry entry) {
    name = entry.key.name();
    owner = entry.key.owner();
    version = entry.version;
  }

  Peer peer() {
    return caller;
  }

  /** The caller's program, if this request asked for it; else null. */
  String program() {
    return caller.program();
  }

  Request request() {
    return request;
  }

  Reply reply() {
    return reply;
  }

  /** An empty builder for the reply's fields; the same one each time. */
  StringBuilder fields() {
    fields.setLength(0);
    return fields;
  }

  void ok(CharSequence replyFields) {
    record(null);
    reply.ok(replyFields);
  }

  void ok(CharSequence replyFields, Reply.Delivery delivery) {
    record(null);
    reply.ok(replyFields, delivery);
  }

  void error(ErrorCode code, String message) {
    record(code);
    reply.error(code, message);
  }

  boolean isAnswered() {
    return answered;
  }

  private void record(ErrorCode code) {
    answered = true;
    result = code;
    recorder.answering(this, code);
  }

  /** What was answered; null for OK. */
  ErrorCode result() {
    return result;
  }

  long startNanos() {
    return startNanos;
  }

  /** The secret's name, or null. */
  String name() {
    return name;
  }

  /** Its owner, or -1. */
  long owner() {
    return owner;
  }

  /** Its version, or 0. */
  long version() {
    return version;
  }
}
