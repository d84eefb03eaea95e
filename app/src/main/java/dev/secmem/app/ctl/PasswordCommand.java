package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.JsonText;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code secmemctl password}. */
final class PasswordCommand {
  private static final int MIN_LENGTH = 8;
  private static final int MAX_LENGTH = 128;
  private static final int DEFAULT_LENGTH = 20;
  private static final int MAX_SITE_BYTES = 255;

  /** What the JVM makes of bytes that are no UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private PasswordCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    arguments.refuseBoth(CtlSyntax.JSON, KeySyntax.OUTPUT);
    String site = checkedSite(arguments.operand());
    long given = arguments.number(KeySyntax.LENGTH, MIN_LENGTH, MAX_LENGTH);
    int length = given < 0 ? DEFAULT_LENGTH : (int) given;
    KeyOutput.run(
        arguments,
        keys -> keys.password(site, length),
        arguments.has(CtlSyntax.JSON) ? json(site, length) : KeyOutput::raw);
  }

  /** Two sites that the JVM cannot tell apart would get one password. */
  private static String checkedSite(String site) throws UsageException {
    if (site.indexOf(REPLACEMENT) >= 0) {
      throw new UsageException("the site is not in UTF-8");
    }
    int sizeBytes = site.getBytes(StandardCharsets.UTF_8).length;
    if (sizeBytes == 0 || sizeBytes > MAX_SITE_BYTES) {
      throw new UsageException("a site has 1 to " + MAX_SITE_BYTES + " bytes");
    }
    return site;
  }

  /** No character of a password needs an escape. */
  private static KeyOutput.Form json(String site, int length) {
    return (delivery, sink) -> {
      String head = "{\"site\":" + JsonText.quoted(site) + ",\"length\":" + length;
      KeyOutput.text(sink, head + ",\"password\":\"");
      DeliveryOutput.copy(delivery, sink);
      KeyOutput.text(sink, "\"}\n");
    };
  }
}
