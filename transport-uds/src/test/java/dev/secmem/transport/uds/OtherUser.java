package dev.secmem.transport.uds;

import dev.secmem.linux.OwnIdentity;
import dev.secmem.tck.Capability;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs part of a test as another user: in a thread whose credentials alone are changed. */
final class OtherUser {
  static final long UID = 12345;

  private OtherUser() {}

  static <T> T call(Callable<T> work) throws Exception {
    Capability.require(OwnIdentity.uid() == 0, "only root can act as another user");
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              TestLibc.actAs(UID);
              return work.call();
            });
    new Thread(task, "other-user").start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception) {
        throw (Exception) e.getCause();
      }
      throw e;
    }
  }
}
