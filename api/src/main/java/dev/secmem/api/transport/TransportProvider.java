package dev.secmem.api.transport;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;

/**
 * Makes servers that carry requests to a {@link RequestHandler}, and clients that send them. The
 * rules of what it makes are in the comments of {@link TransportServer}, {@link RequestHandler},
 * {@link Request}, {@link Body}, {@link Reply} and {@link SecretClient}.
 */
public interface TransportProvider extends Plugin {

  /**
   * Takes the address: from the return on clients can connect, and wait until {@link
   * TransportServer#start} [TR-03]. An address where a server listens already is {@code
   * UNAVAILABLE}, and that server is not disturbed [TR-04].
   *
   * <p>With {@link ServerOptions#inherited} it does not make the address but listens on that
   * descriptor, which it consumes; {@code mode} is not used. The address stays when the server
   * closes: whoever gave the descriptor goes on listening there [TR-21]. If {@code address} is
   * given too, and the descriptor listens at another, that is {@code UNAVAILABLE} [TR-22].
   *
   * @return a server that the caller must close
   * @throws PluginException {@code UNAVAILABLE} if the address cannot be had (another agent answers
   *     there, something else lies there, its folder is not safe); the message says which and what
   *     to do
   */
  TransportServer listen(ServerOptions options) throws PluginException;

  /**
   * Connects to an agent, after it has checked who serves there.
   *
   * @return a client that the caller must close
   */
  SecretClient connect(ClientOptions options) throws SecretClientException;
}
