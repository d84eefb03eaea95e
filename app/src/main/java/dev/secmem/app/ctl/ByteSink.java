package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where bytes go, straight from native memory. */
interface ByteSink {
  /** Writes all of a direct buffer's remaining bytes. */
  void write(ByteBuffer direct) throws LinuxException, IOException;
}
