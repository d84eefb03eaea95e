package dev.secmem.store.heapless;

import java.io.InputStream;
import java.util.Objects;

/** Reads a view from its beginning; every check is the view's. */
final class ViewInputStream extends InputStream {
  private final SecretView view;
  private int position;

  ViewInputStream(SecretView view) {
    this.view = view;
  }

  @Override
  public int read() {
    if (position == view.size()) {
      return -1;
    }
    return view.get(position++) & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    Objects.checkFromIndexSize(from, length, target.length);
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, available());
    if (count == 0) {
      return -1;
    }
    view.get(position, target, from, count);
    position += count;
    return count;
  }

  @Override
  public int available() {
    return view.size() - position;
  }
}
