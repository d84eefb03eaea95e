package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an engine should say, by docs/PROTOCOL.md, in the simplest way: maps, no memory, no keys, no
 * threads. Time is told to it.
 */
final class EngineModel {
  /** The agent's own uid is the first; the second may use keys; the third may not. */
  static final long[] UIDS = {dev.secmem.linux.OwnIdentity.uid(), 7_000_001, 7_000_002};

  /** What is known of a secret. */
  static final class Secret {
    final byte[] value;
    final int readsLimit;

    /** Bits as of a step: to which uids, and then to which gids. */
    int grants;

    Key key;
    long version;
    int reads;
    long earliestNanos;
    long latestNanos;

    Secret(Key key, byte[] value, int readsLimit, int grants) {
      this.key = key;
      this.value = value;
      this.readsLimit = readsLimit;
      this.grants = grants;
    }

    boolean isReadable(long uid) {
      return key.owner() == uid || readers(grants).contains(uid);
    }
  }

  /** A refusal that is expected. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    final transient ErrorCode code;

    Refused(ErrorCode code) {
      super(code.wire());
      this.code = code;
    }
  }

  private final Map<Key, Secret> secrets = new HashMap<>();
  private final Map<Key, Secret> expired = new HashMap<>();
  private boolean locked;
  private long lastVersion;

  boolean isLocked() {
    return locked;
  }

  void requireUnlocked() throws Refused {
    if (locked) {
      throw new Refused(ErrorCode.LOCKED);
    }
  }

  void lock(long uid) throws Refused {
    requireKeys(uid);
    locked = true;
  }

  void unlock(long uid) throws Refused {
    requireKeys(uid);
    if (!locked) {
      throw new Refused(ErrorCode.CONFLICT);
    }
    locked = false;
  }

  private static void requireKeys(long uid) throws Refused {
    if (uid == UIDS[2]) {
      throw new Refused(ErrorCode.DENIED);
    }
  }

  /** The earliest moment at which any that lives may be over. */
  long earliestNanos() {
    return secrets.values().stream().mapToLong(s -> s.earliestNanos).min().orElse(Long.MAX_VALUE);
  }

  /** The moment at which every one is over that may be over at {@code nanos}. */
  long latestNanos(long nanos) {
    return secrets.values().stream()
        .filter(secret -> secret.earliestNanos <= nanos)
        .mapToLong(secret -> secret.latestNanos)
        .max()
        .orElse(nanos);
  }

  /** The time is {@code nanos} now. */
  void expire(long nanos) {
    for (Secret secret : new ArrayList<>(secrets.values())) {
      if (secret.latestNanos <= nanos) {
        secrets.remove(secret.key);
        expired.put(secret.key, secret);
      }
    }
  }

  /** The owner's own, or null. */
  Secret own(Key key) {
    return secrets.get(key);
  }

  void checkCondition(Key key, int condition) throws Refused {
    if (condition == 1 && secrets.containsKey(key)) {
      throw new Refused(ErrorCode.EXISTS);
    }
    if (condition == 3 || condition == 2 && !secrets.containsKey(key)) {
      throw new Refused(ErrorCode.CONFLICT);
    }
  }

  void put(Secret secret, long version) {
    if (version <= lastVersion) {
      throw new AssertionError("version " + version + " after " + lastVersion);
    }
    lastVersion = version;
    secret.version = version;
    secrets.put(secret.key, secret);
    expired.remove(secret.key);
  }

  /** What GET and STAT choose. */
  Secret readable(long uid, String name, long owner) throws Refused {
    if (owner >= 0) {
      Key key = new Key(owner, name);
      Secret secret = secrets.get(key);
      if (secret != null && secret.isReadable(uid)) {
        return secret;
      }
      throw missing(secret == null && wasReadable(key, uid));
    }
    Secret own = secrets.get(new Key(uid, name));
    if (own != null) {
      return own;
    }
    List<Secret> granted = new ArrayList<>();
    boolean over = false;
    for (long other : UIDS) {
      Key key = new Key(other, name);
      Secret secret = secrets.get(key);
      if (secret != null && secret.isReadable(uid)) {
        granted.add(secret);
      }
      over |= wasReadable(key, uid);
    }
    if (granted.size() > 1) {
      throw new Refused(ErrorCode.CONFLICT);
    }
    if (granted.isEmpty()) {
      throw missing(over);
    }
    return granted.get(0);
  }

  private boolean wasReadable(Key key, long uid) {
    return expired.containsKey(key) && expired.get(key).isReadable(uid);
  }

  private static Refused missing(boolean over) {
    return new Refused(over ? ErrorCode.EXPIRED : ErrorCode.NOT_FOUND);
  }

  void read(Secret secret) {
    secret.reads++;
    if (secret.reads == secret.readsLimit) {
      secrets.remove(secret.key);
    }
  }

  Secret touchable(Key key) throws Refused {
    Secret secret = secrets.get(key);
    if (secret == null) {
      throw missing(expired.containsKey(key));
    }
    return secret;
  }

  void delete(Key key) throws Refused {
    if (secrets.remove(key) == null) {
      throw missing(expired.remove(key) != null);
    }
  }

  /** Answers how many grants it has then. */
  int grant(Key key, int bits) throws Refused {
    Secret secret = touchable(key);
    secret.grants |= bits;
    return Integer.bitCount(secret.grants);
  }

  int revoke(Key key, int bits) throws Refused {
    Secret secret = touchable(key);
    if ((secret.grants & bits) != bits) {
      throw new Refused(ErrorCode.NOT_FOUND);
    }
    secret.grants &= ~bits;
    return Integer.bitCount(secret.grants);
  }

  /** Answers the secret's version. */
  long rename(Key from, Key to) throws Refused {
    Secret secret = touchable(from);
    if (secrets.containsKey(to)) {
      throw new Refused(ErrorCode.EXISTS);
    }
    secrets.remove(from);
    expired.remove(to);
    secret.key = to;
    secrets.put(to, secret);
    return secret.version;
  }

  /** What LIST tells: {@code name/owner/version/size/reads}, in its order. */
  List<String> list(long uid) {
    Map<String, String> lines = new TreeMap<>();
    for (Secret secret : secrets.values()) {
      if (secret.isReadable(uid)) {
        Key key = secret.key;
        lines.put(
            key.name() + String.format("/%020d", key.owner()),
            key.name()
                + "/"
                + key.owner()
                + "/"
                + secret.version
                + "/"
                + secret.value.length
                + "/"
                + secret.reads);
      }
    }
    return new ArrayList<>(lines.values());
  }

  /** The uids that the bits of a step name, by their own numbers or as groups. */
  static Set<Long> readers(int bits) {
    Set<Long> readers = new HashSet<>();
    for (int i = 0; i < 2 * UIDS.length; i++) {
      if ((bits & 1 << i) != 0) {
        readers.add(UIDS[i % UIDS.length]);
      }
    }
    return readers;
  }
}
