package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.OwnIdentity;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The secrets that one command needs together: all of them, or it does nothing, unless it is
 * lenient. Confined.
 */
final class WantedSecrets {
  private final SecretClient client;
  private final boolean lenient;
  private final String consequence;

  /**
   * Wants secrets.
   *
   * @param client borrowed until the last call
   * @param lenient whether to go on without those that are missing
   * @param consequence what does not happen if one is, and what to do, for the message
   */
  WantedSecrets(SecretClient client, boolean lenient, String consequence) {
    this.client = client;
    this.lenient = lenient;
    this.consequence = consequence;
  }

  /**
   * Which of them there are. A look costs no read, so that a secret which may be read once is not
   * used up in vain because another is missing.
   *
   * @throws CtlException if one is missing and this is not lenient; each was told
   */
  Set<String> present(Set<String> names) throws SecretClientException, CtlException {
    if (names.size() == 1 && !lenient) {
      return names;
    }
    Set<String> present = new LinkedHashSet<>();
    int code = ExitCode.OK;
    for (String name : names) {
      try {
        client.stat(name, OptionalLong.empty());
        present.add(name);
      } catch (SecretClientException e) {
        if (!isMissing(e)) {
          throw e;
        }
        Messages.say(name, e);
        code = code == ExitCode.OK ? ExitCode.of(e) : code;
      }
    }
    if (code != ExitCode.OK && !lenient) {
      throw new CtlException(code, consequence);
    }
    return present;
  }

  /** Reads one; null if it is missing after all and this is lenient. The caller closes it. */
  Delivery get(String name) throws SecretClientException, CtlException {
    return get(name, OptionalLong.empty());
  }

  /** The same for one of the caller's own. */
  Delivery getOwn(String name) throws SecretClientException, CtlException {
    return get(name, OptionalLong.of(OwnIdentity.uid()));
  }

  private Delivery get(String name, OptionalLong owner) throws SecretClientException, CtlException {
    try {
      return client.get(name, owner);
    } catch (SecretClientException e) {
      if (!isMissing(e)) {
        throw e;
      }
      Messages.say(name, e);
      if (!lenient) {
        throw new CtlException(ExitCode.of(e), consequence);
      }
      return null;
    }
  }

  private static boolean isMissing(SecretClientException failure) {
    ErrorCode code = failure.code().orElse(ErrorCode.INTERNAL);
    return code == ErrorCode.NOT_FOUND || code == ErrorCode.EXPIRED;
  }
}
