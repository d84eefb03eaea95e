package dev.secmem.app.engine;

/** The words for what is audited besides the verbs. */
final class AuditEvent {
  static final String ADMIT = "admit";
  static final String EXPIRE = "expire";
  static final String START = "start";
  static final String STOP = "stop";
  static final String DROPPED = "dropped";

  static final String OK = "ok";

  private AuditEvent() {}
}
