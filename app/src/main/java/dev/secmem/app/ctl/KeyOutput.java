package dev.secmem.app.ctl;

import dev.secmem.api.client.KeyClient;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Brings what the agent made with a key to standard output, or to the file of --output. */
final class KeyOutput {
  private KeyOutput() {}

  /** What is asked of the agent. */
  interface Call {
    Delivery on(KeyClient keys) throws SecretClientException;
  }

  /** How a delivery is written. */
  interface Form {
    void write(Delivery delivery, ByteSink sink)
        throws SecretClientException, LinuxException, IOException;
  }

  static void run(Arguments arguments, Call call, Form form)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String path = arguments.value(KeySyntax.OUTPUT);
    if (path == null) {
      write(arguments, call, form, Stdout.INSTANCE);
      return;
    }
    try (PrivateFile file = PrivateFile.open(path)) {
      write(arguments, call, form, file);
      file.keep();
    }
  }

  private static void write(Arguments arguments, Call call, Form form, ByteSink sink)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery delivery = call.on(client.keys())) {
      form.write(delivery, sink);
    }
  }

  /** Byte for byte; on a terminal the line is ended. */
  static void raw(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    if (DeliveryOutput.copy(delivery, sink) != '\n' && isTerminal(sink)) {
      text(sink, "\n");
    }
  }

  /** A line that ends, wherever it goes. */
  static void line(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    if (DeliveryOutput.copy(delivery, sink) != '\n') {
      text(sink, "\n");
    }
  }

  static void hex(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    HexOutput.copy(delivery, sink);
    text(sink, "\n");
  }

  static void base64(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    Base64Output.copy(delivery, sink);
    text(sink, "\n");
  }

  /** Writes text that is no secret. */
  static void text(ByteSink sink, String text) throws LinuxException, IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sink.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }

  /** The form that the options choose. */
  static Form form(Arguments arguments) throws UsageException {
    arguments.refuseBoth(KeySyntax.HEX, KeySyntax.BASE64);
    if (arguments.has(KeySyntax.HEX)) {
      return KeyOutput::hex;
    }
    return arguments.has(KeySyntax.BASE64) ? KeyOutput::base64 : KeyOutput::raw;
  }

  private static boolean isTerminal(ByteSink sink) {
    return sink == Stdout.INSTANCE && Terminal.isTerminal(Stdout.FD);
  }

  /** Whether the result would be shown. */
  static boolean isShown(Arguments arguments) {
    return !arguments.has(KeySyntax.OUTPUT) && Terminal.isTerminal(Stdout.FD);
  }
}
