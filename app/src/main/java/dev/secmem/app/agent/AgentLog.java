package dev.secmem.app.agent;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * Where every {@link System.Logger} of this program goes: standard error, without waiting. Found by
 * ServiceLoader, so that plugins need not know of it.
 */
public final class AgentLog extends System.LoggerFinder {
  private static volatile StderrWriter writer;
  private static volatile System.Logger.Level threshold = System.Logger.Level.INFO;

  /** For ServiceLoader. */
  public AgentLog() {}

  /** Sends what is at least that important to {@code target} from here on. */
  static void install(StderrWriter target, System.Logger.Level level) {
    threshold = level;
    writer = target;
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new StderrLogger(name);
  }

  private record StderrLogger(String name) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      // Before the agent installs its writer there is nowhere to write: secmemctl logs nothing.
      return writer != null && level != Level.OFF && level.getSeverity() >= threshold.getSeverity();
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      if (isLoggable(level)) {
        write(level, thrown == null ? message : message + ": " + thrown);
      }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      if (isLoggable(level)) {
        boolean plain = parameters == null || parameters.length == 0;
        write(level, plain ? format : new MessageFormat(format, Locale.ROOT).format(parameters));
      }
    }

    private static void write(Level level, String message) {
      String prefix = level == Level.INFO ? "" : level.getName().toLowerCase(java.util.Locale.ROOT);
      writer.line("secmem-agent: " + (prefix.isEmpty() ? "" : prefix + ": ") + oneLine(message));
    }

    /** What a client sent must not be able to forge a line. */
    private static String oneLine(String message) {
      return message == null ? "null" : message.replaceAll("\\p{Cntrl}", " ");
    }
  }
}
