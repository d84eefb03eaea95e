package dev.secmem.app.ctl;

/** Where a value lies in the text that is imported, decoded in its place. */
final class ImportedSecret {
  final String key;
  final int from;
  final int to;

  ImportedSecret(String key, int from, int to) {
    this.key = key;
    this.from = from;
    this.to = to;
  }

  @Override
  public String toString() {
    return "ImportedSecret";
  }
}
