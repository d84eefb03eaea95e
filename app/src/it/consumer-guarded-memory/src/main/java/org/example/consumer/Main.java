package org.example.consumer;

import dev.secmem.api.PluginException;
import dev.secmem.store.heapless.BufferFactory;
import dev.secmem.store.heapless.Enclave;
import dev.secmem.store.heapless.LockedBuffer;
import dev.secmem.store.heapless.Protection;
import dev.secmem.store.heapless.Purge;

/** Keeps a key out of the heap, as a program outside the project would. */
public final class Main {
  private Main() {}

  /**
   * Runs it.
   *
   * @param args whether this class should be in a named module: {@code true} or {@code false}
   */
  public static void main(String[] args) throws PluginException {
    require(
        Main.class.getModule().isNamed() == Boolean.parseBoolean(args[0])
            && LockedBuffer.class.getModule().isNamed() == Boolean.parseBoolean(args[0]),
        "this came by another path");
    byte[] password = "correct horse".getBytes();
    Enclave atRest;
    try (LockedBuffer buffer = LockedBuffer.consume(password).require(Protection.LOCKED)) {
      require(password[0] == 0, "not wiped");
      require(buffer.withResult(view -> view.get(0)) == 'c', "another content");
      atRest = buffer.seal();
    }
    try (LockedBuffer again = atRest.open(BufferFactory.ownPages())) {
      require(again.contentEquals("correct horse".getBytes()), "another content");
    }
    Purge.all();
    try {
      atRest.open().close();
      throw new IllegalStateException("opened after a purge");
    } catch (PluginException e) {
      System.out.println("consumer: " + Main.class.getModule() + " after a purge: " + e.reason());
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
