package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.OwnIdentity;

/** Who may lock, unlock and use keys: the agent's own uid, root, and whom --keys-uid names. */
final class KeyRights {
  private final long agentUid = OwnIdentity.uid();
  private final KeyOptions options;

  KeyRights(KeyOptions options) {
    this.options = options;
  }

  void check(Peer peer) throws RequestException {
    if (peer.uid() != agentUid && peer.uid() != 0 && !options.keysUids().contains(peer.uid())) {
      throw new RequestException(
          ErrorCode.DENIED, "this verb is for the agent's own uid, root and --keys-uid");
    }
  }

  /** Refuses who may not use keys, and everybody where there are none. */
  void checkKeys(Peer peer) throws RequestException {
    check(peer);
    if (options.root() != KeyOptions.Root.MNEMONIC) {
      throw new RequestException(
          ErrorCode.CONFLICT, "a random root has no keys; start the agent with --root mnemonic");
    }
  }

  /** Refuses to give out private keys where that was not allowed. */
  void checkDerive(Peer peer) throws RequestException {
    checkKeys(peer);
    if (!options.allowDerive()) {
      throw new RequestException(
          ErrorCode.DENIED, "private keys are given out only by an agent with --allow-derive");
    }
  }
}
