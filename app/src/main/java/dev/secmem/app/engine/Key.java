package dev.secmem.app.engine;

/** What names a secret: its owner's uid and its name. Every uid has names of its own. */
final class Key {
  private final int owner;
  private final String name;
  private final int hash;

  Key(long owner, String name) {
    // Kept as 32 bits: there is one of these for each secret.
    this.owner = (int) owner;
    this.name = name;
    this.hash = 31 * name.hashCode() + this.owner;
  }

  long owner() {
    return Integer.toUnsignedLong(owner);
  }

  String name() {
    return name;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key
        && ((Key) other).owner == owner
        && ((Key) other).hash == hash
        && ((Key) other).name.equals(name);
  }
}
