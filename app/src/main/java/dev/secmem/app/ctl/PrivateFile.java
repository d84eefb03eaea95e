package dev.secmem.app.ctl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that only its owner can read, from its first moment and whatever lay there before: it is
 * written under another name beside its own and takes the place when it is whole. A link is
 * refused: to follow one is to write where somebody else says, to replace one such as /dev/stdout
 * breaks the machine. Confined.
 */
final class PrivateFile implements ByteSink, AutoCloseable {
  private final Path target;
  private final Path fresh;
  private final FileChannel file;
  private boolean kept;

  private PrivateFile(Path target, Path fresh, FileChannel file) {
    this.target = target;
    this.fresh = fresh;
    this.file = file;
  }

  /** Prepares to write to {@code path}; what is there stays until {@link #keep}. */
  static PrivateFile open(String path) throws IOException {
    Path target = Path.of(path);
    if (Files.isSymbolicLink(target)) {
      throw new IOException(
          "cannot write to "
              + path
              + ": it is a symbolic link; name the file itself, or leave out --output for standard"
              + " output");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // Neither private nor a file: what lies there is not ours to replace.
      throw new IOException(
          "cannot write to " + path + ": it is no file; leave out --output and use '>' for it");
    }
    Path fresh =
        target.resolveSibling(
            "." + target.getFileName() + ".secmem-" + ProcessHandle.current().pid());
    FileChannel file =
        FileChannel.open(
            fresh,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // Who interrupts the command must find no piece of a value beside the file.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> fresh.toFile().delete()));
    return new PrivateFile(target, fresh, file);
  }

  @Override
  public void write(ByteBuffer direct) throws IOException {
    while (direct.hasRemaining()) {
      file.write(direct);
    }
  }

  /** Puts what was written in its place. */
  void keep() throws IOException {
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    kept = true;
  }

  /** Closes it; what was not kept is gone. */
  @Override
  public void close() throws IOException {
    file.close();
    if (!kept) {
      Files.deleteIfExists(fresh);
    }
  }
}
