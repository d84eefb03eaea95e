package dev.secmem.app.engine;

/** Takes the audit's lines one by one, for example to standard error. Serial. It never waits. */
@FunctionalInterface
public interface AuditSink {

  /**
   * Takes a line with its LF.
   *
   * @param bytes borrowed: the first {@code lengthBytes} of it
   */
  void line(byte[] bytes, int lengthBytes);
}
