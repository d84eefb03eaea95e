package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends and receives bytes with descriptors on one connected Unix socket (sendmsg(2), recvmsg(2),
 * SCM_RIGHTS of unix(7)), without allocating.
 *
 * <p>Confined to one thread. The socket's descriptor is lent; received descriptors belong to the
 * caller from the return of {@link #receive} on.
 */
public final class MessageChannel {
  /** The most descriptors that the kernel passes in one message (SCM_MAX_FD). */
  public static final int MAX_DESCRIPTORS = 253;

  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private static final int CMSG_HEADER_BYTES = 16;
  private static final int CONTROL_BYTES = CMSG_HEADER_BYTES + MAX_DESCRIPTORS * 4 + 4;
  private static final int SEND_CONTROL_BYTES = CMSG_HEADER_BYTES + 8;

  // One block: msghdr (56 bytes), iovec (16), the control data. Its addresses never change.
  private static final int IOVEC = 56;
  private static final int CONTROL = 72;

  private int fd;
  private final ByteBuffer block =
      ByteBuffer.allocateDirect(CONTROL + CONTROL_BYTES).order(ByteOrder.nativeOrder());
  private final long blockAddress = NativeLibrary.addressOf(block);
  private final int[] received = new int[MAX_DESCRIPTORS];
  private int receivedCount;
  private boolean truncated;

  public MessageChannel(int fd) {
    use(fd);
    block.putLong(16, blockAddress + IOVEC).putLong(24, 1);
  }

  /** Goes on with another socket, so that a thread needs one channel for all that it serves. */
  public void use(int socket) {
    fd = socket;
    receivedCount = 0;
    truncated = false;
  }

  /**
   * Receives what is there into a direct buffer's remaining bytes, and the descriptors that came
   * with it: {@link #descriptorCount} and {@link #descriptor} tell them until the next call.
   *
   * @return how many bytes, 0 at the end; the position moves by as many
   * @throws LinuxException EAGAIN when the socket's receive timeout passed
   */
  public int receive(ByteBuffer target) throws LinuxException {
    receivedCount = 0;
    truncated = false;
    long at = NativeLibrary.addressOf(target);
    long count;
    do {
      prepare(at, target.remaining(), CONTROL_BYTES);
      count = Libc.RECVMSG.call(fd, blockAddress, MSG_CMSG_CLOEXEC);
    } while (count == -1 && NativeFunction.errno() == Errno.EINTR);
    int bytes = (int) Libc.RECVMSG.checkLong(count);
    if (block.getLong(40) != 0) {
      collectDescriptors();
    }
    truncated = (block.getInt(48) & MSG_CTRUNC) != 0;
    target.position(target.position() + bytes);
    return bytes;
  }

  /** How many descriptors the latest receive brought. */
  public int descriptorCount() {
    return receivedCount;
  }

  /** One of them. */
  public int descriptor(int index) {
    if (index >= receivedCount) {
      throw new IndexOutOfBoundsException(index);
    }
    return received[index];
  }

  /**
   * Whether the kernel dropped descriptors of the latest receive, because this process may not open
   * any more (RLIMIT_NOFILE).
   */
  public boolean descriptorsDropped() {
    return truncated;
  }

  /**
   * Sends all of a direct buffer's remaining bytes; its position moves to its limit.
   *
   * @param descriptor goes with the first byte; stays the caller's; -1 for none
   * @throws LinuxException EAGAIN when the socket's send timeout passed, EPIPE when the peer is
   *     gone, ETOOMANYREFS when this uid has too many descriptors on the way
   */
  public void send(ByteBuffer source, int descriptor) throws LinuxException {
    int passing = descriptor;
    do {
      prepare(NativeLibrary.addressOf(source), source.remaining(), 0);
      if (passing >= 0) {
        attach(passing);
      }
      long count = Libc.SENDMSG.call(fd, blockAddress, MSG_NOSIGNAL);
      if (count == -1 && NativeFunction.errno() == Errno.EINTR) {
        continue;
      }
      source.position(source.position() + (int) Libc.SENDMSG.checkLong(count));
      passing = -1;
    } while (source.hasRemaining());
  }

  /** Sends several descriptors at once, for tests of a receiver; they stay the caller's. */
  public void send(ByteBuffer source, int... descriptors) throws LinuxException {
    prepare(NativeLibrary.addressOf(source), source.remaining(), 0);
    int length = CMSG_HEADER_BYTES + 4 * descriptors.length;
    block.putLong(32, blockAddress + CONTROL).putLong(40, (length + 7) & ~7);
    block.putLong(CONTROL, length).putInt(CONTROL + 8, SOL_SOCKET).putInt(CONTROL + 12, SCM_RIGHTS);
    for (int i = 0; i < descriptors.length; i++) {
      block.putInt(CONTROL + CMSG_HEADER_BYTES + 4 * i, descriptors[i]);
    }
    long count = Libc.SENDMSG.call(fd, blockAddress, MSG_NOSIGNAL);
    source.position(source.position() + (int) Libc.SENDMSG.checkLong(count));
  }

  private void prepare(long address, int lengthBytes, int controlBytes) {
    block.putLong(IOVEC, address).putLong(IOVEC + 8, lengthBytes);
    block.putLong(32, controlBytes == 0 ? 0 : blockAddress + CONTROL).putLong(40, controlBytes);
    block.putInt(48, 0);
  }

  private void attach(int descriptor) {
    block.putLong(32, blockAddress + CONTROL).putLong(40, SEND_CONTROL_BYTES);
    block.putLong(CONTROL, CMSG_HEADER_BYTES + 4);
    block.putInt(CONTROL + 8, SOL_SOCKET).putInt(CONTROL + 12, SCM_RIGHTS);
    block.putInt(CONTROL + CMSG_HEADER_BYTES, descriptor);
  }

  private void collectDescriptors() {
    int end = CONTROL + (int) block.getLong(40);
    int at = CONTROL;
    while (at + CMSG_HEADER_BYTES <= end) {
      long length = block.getLong(at);
      if (length < CMSG_HEADER_BYTES || length > end - at) {
        return;
      }
      if (block.getInt(at + 8) == SOL_SOCKET && block.getInt(at + 12) == SCM_RIGHTS) {
        for (int i = at + CMSG_HEADER_BYTES; i + 4 <= at + length; i += 4) {
          received[receivedCount++] = block.getInt(i);
        }
      }
      at += (int) ((length + 7) & ~7);
    }
  }
}
