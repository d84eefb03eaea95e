package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

final class LinuxExceptionTest {
  @Test
  void aMessageNamesTheCallAndTheError() {
    LinuxException failure = new LinuxException("open", Errno.ENOENT);
    assertEquals("open", failure.call());
    assertEquals(Errno.ENOENT, failure.errno());
    assertEquals("open: ENOENT (no such file or directory)", failure.getMessage());
    assertEquals("open: errno 4000", new LinuxException("open", 4000).getMessage());
  }

  @Test
  void everyNamedErrorIsDescribedByItsName() throws Exception {
    int checked = 0;
    for (Field field : Errno.class.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
        String text = Errno.describe(field.getInt(null));
        assertTrue(text.startsWith(field.getName() + " ("), field.getName() + ": " + text);
        checked++;
      }
    }
    assertTrue(checked > 30, "checked " + checked);
  }

  @Test
  void callsThatLockMemoryAdviseToRaiseTheLimit() throws LinuxException {
    String limit = ResourceLimit.MEMLOCK.describeSoft();
    for (String call : new String[] {"mlock", "mlockall", "memfd_secret", "mmap"}) {
      for (int errno : new int[] {Errno.ENOMEM, Errno.EAGAIN, Errno.EPERM}) {
        String message = new LinuxException(call, errno).getMessage();
        assertTrue(message.contains("; memlock limit is " + limit + "; raise it with"), message);
      }
      assertFalse(new LinuxException(call, Errno.EINVAL).getMessage().contains("memlock"));
    }
    assertFalse(new LinuxException("read", Errno.EAGAIN).getMessage().contains("memlock"));
  }

  @Test
  void otherErrorsThatAPersonCanMendAdvise() {
    assertAdvice(Errno.EMFILE, "LimitNOFILE=");
    assertAdvice(Errno.ENFILE, "fs.file-max");
    assertAdvice(Errno.ETOOMANYREFS, "descriptors on the way");
    assertAdvice(Errno.ENOSYS, "a newer kernel is needed");
  }

  private static void assertAdvice(int errno, String words) {
    String message = new LinuxException("call", errno).getMessage();
    assertTrue(message.contains(words), message);
  }
}
