package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MessageChannelTest {
  private Set<String> before;
  private int[] pair;
  private MessageChannel left;
  private MessageChannel right;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

  @BeforeEach
  void connect() throws LinuxException, IOException {
    assertTrue(OwnIdentity.uid() >= 0); // loads the native library, which opens files of its own
    before = Kernel.descriptors();
    pair = UnixSocket.pair();
    UnixSocket.setTimeouts(pair[0], 10_000, 10_000);
    UnixSocket.setTimeouts(pair[1], 10_000, 10_000);
    left = new MessageChannel(pair[0]);
    right = new MessageChannel(pair[1]);
  }

  @AfterEach
  void disconnect() throws IOException {
    Descriptor.close(pair[0]);
    Descriptor.close(pair[1]);
    Kernel.assertNoneLeftOpen(before);
  }

  @Test
  void bytesGoThroughWithoutADescriptor() throws LinuxException {
    ByteBuffer source = Kernel.direct("--hello--").position(2).limit(7);
    left.send(source, -1);
    assertEquals(7, source.position());
    buffer.position(1);
    assertEquals(5, right.receive(buffer));
    assertEquals(6, buffer.position());
    assertEquals("hello", Kernel.text(buffer.flip().position(1)));
    assertEquals(0, right.descriptorCount());
    assertFalse(right.descriptorsDropped());
    assertThrows(IndexOutOfBoundsException.class, () -> right.descriptor(0));
  }

  @Test
  void oneDescriptorComesWithTheBytesAndStaysTheSenders() throws Exception {
    int fd = Kernel.memfd("content");
    left.send(Kernel.direct("x"), fd);
    assertEquals(1, right.receive(buffer));
    assertEquals(1, right.descriptorCount());
    int received = right.descriptor(0);
    assertEquals(Descriptor.status(fd).inode(), Descriptor.status(received).inode());
    assertTrue(Kernel.isCloseOnExec(received));
    Descriptor.close(received);
    Descriptor.close(fd);
    assertThrows(IndexOutOfBoundsException.class, () -> right.descriptor(1));
    assertThrows(IndexOutOfBoundsException.class, () -> right.descriptor(-1));
  }

  @Test
  void everyNumberOfDescriptorsUpToTheKernelsMostComesInOrder() throws LinuxException {
    int[] files = {Kernel.memfd("a"), Kernel.memfd("b"), Kernel.memfd("c")};
    for (int count : new int[] {1, 2, 3, 4, 5, 16, 100, 252, MessageChannel.MAX_DESCRIPTORS}) {
      int[] sent = new int[count];
      for (int i = 0; i < count; i++) {
        sent[i] = files[i % 3];
      }
      left.send(Kernel.direct("x"), sent);
      assertEquals(1, right.receive(buffer.clear()));
      assertEquals(count, right.descriptorCount());
      assertFalse(right.descriptorsDropped());
      for (int i = 0; i < count; i++) {
        long inode = Descriptor.status(right.descriptor(i)).inode();
        assertEquals(Descriptor.status(files[i % 3]).inode(), inode, i + " of " + count);
        Descriptor.close(right.descriptor(i));
      }
    }
    for (int file : files) {
      Descriptor.close(file);
    }
  }

  @Test
  void oneMoreThanTheKernelsMostIsRefusedAndNothingIsSent() throws LinuxException {
    int[] tooMany = new int[MessageChannel.MAX_DESCRIPTORS + 1];
    ByteBuffer source = Kernel.direct("x");
    assertEquals(
        Errno.EINVAL, assertThrows(LinuxException.class, () -> left.send(source, tooMany)).errno());
    assertEquals(1, source.remaining());
    left.send(source, -1);
    assertEquals(1, right.receive(buffer));
  }

  @Test
  void aClosedDescriptorCannotBeSent() throws LinuxException {
    ByteBuffer source = Kernel.direct("x");
    assertEquals(
        Errno.EBADF,
        assertThrows(LinuxException.class, () -> left.send(source, 1_000_000)).errno());
    assertEquals(1, source.remaining());
  }

  @Test
  void aReceiveEndsAfterTheBytesThatADescriptorCameWith() throws LinuxException {
    int fd = Kernel.memfd("");
    left.send(Kernel.direct("one"), -1);
    left.send(Kernel.direct("two"), fd);
    left.send(Kernel.direct("three"), -1);
    assertEquals(6, right.receive(buffer)); // what lies before it is glued to it
    assertEquals(1, right.descriptorCount());
    Descriptor.close(right.descriptor(0));
    assertEquals(5, right.receive(buffer.clear()));
    assertEquals(0, right.descriptorCount(), "the latest receive brought none");
    Descriptor.close(fd);
  }

  @Test
  void aLongSendGoesThroughInPartsWithOneDescriptor() throws Exception {
    UnixSocket.setSendBuffer(pair[0], 4096);
    int length = 1 << 20;
    ByteBuffer source = ByteBuffer.allocateDirect(length);
    for (int i = 0; i < length; i++) {
      source.put(i, (byte) (i * 31 >> 3));
    }
    int fd = Kernel.memfd("");
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              try {
                left.send(source, fd);
              } catch (LinuxException e) {
                throw new IllegalStateException(e);
              }
            });
    int descriptors = 0;
    int received = 0;
    while (received < length) {
      int count = right.receive(buffer.clear());
      assertTrue(count > 0);
      assertTrue(right.descriptorCount() == 0 || received == 0, "with the first byte only");
      for (int i = 0; i < right.descriptorCount(); i++) {
        Descriptor.close(right.descriptor(i));
        descriptors++;
      }
      for (int i = 0; i < count; i++) {
        assertEquals((byte) ((received + i) * 31 >> 3), buffer.get(i));
      }
      received += count;
    }
    sending.get();
    assertEquals(0, source.remaining());
    assertEquals(1, descriptors);
    Descriptor.close(fd);
  }

  @Test
  void theEndIsZeroBytes() throws LinuxException {
    left.send(Kernel.direct("last"), -1);
    UnixSocket.shutdown(pair[0]);
    assertEquals(4, right.receive(buffer));
    assertEquals(0, right.receive(buffer));
    assertEquals(0, right.receive(buffer));
    assertEquals(4, buffer.position());
  }

  @Test
  void aReceiveThatWaitsTooLongIsEagainAndMovesNothing() throws LinuxException {
    UnixSocket.setReceiveTimeout(pair[1], 20);
    long start = System.nanoTime();
    assertEquals(
        Errno.EAGAIN, assertThrows(LinuxException.class, () -> right.receive(buffer)).errno());
    assertTrue(System.nanoTime() - start >= 15_000_000, "it waited");
    assertEquals(0, buffer.position());
  }

  @Test
  void aSendThatWaitsTooLongIsEagainAndThePositionTellsWhatWent() throws LinuxException {
    UnixSocket.setSendBuffer(pair[0], 4096);
    UnixSocket.setTimeouts(pair[0], 0, 20);
    ByteBuffer source = ByteBuffer.allocateDirect(1 << 20);
    assertEquals(
        Errno.EAGAIN, assertThrows(LinuxException.class, () -> left.send(source, -1)).errno());
    int sent = source.position();
    assertTrue(sent > 0 && sent < 1 << 20, "sent " + sent);
    UnixSocket.shutdown(pair[0]);
    int received = 0;
    int count;
    while ((count = right.receive(buffer.clear())) > 0) {
      received += count;
    }
    assertEquals(sent, received);
  }

  @Test
  void aSendToWhoIsGoneIsEpipeNotASignal() throws LinuxException {
    UnixSocket.shutdown(pair[1]);
    assertEquals(
        Errno.EPIPE,
        assertThrows(LinuxException.class, () -> left.send(Kernel.direct("x"), -1)).errno());
  }

  @Test
  void useGoesOnWithAnotherSocketAndForgetsWhatCame() throws LinuxException {
    int[] other = UnixSocket.pair();
    int fd = Kernel.memfd("");
    left.send(Kernel.direct("x"), fd);
    right.receive(buffer);
    Descriptor.close(right.descriptor(0));
    right.use(other[1]);
    assertEquals(0, right.descriptorCount());
    new MessageChannel(other[0]).send(Kernel.direct("yz"), -1);
    assertEquals(2, right.receive(buffer.clear()));
    Descriptor.close(fd);
    Descriptor.close(other[0]);
    Descriptor.close(other[1]);
  }

  @Test
  void heapBuffersAreRefused() {
    ByteBuffer heap = ByteBuffer.allocate(4);
    assertThrows(IllegalArgumentException.class, () -> left.send(heap, -1));
    assertThrows(IllegalArgumentException.class, () -> right.receive(heap));
  }

  @Test
  void whatDoesNotFitTheDescriptorLimitIsDroppedAndTold() throws Exception {
    Map<String, String> told = ChildJvm.own().with("-XX:-MaxFDLimit").run(FewDescriptors.class);
    assertEquals("40", told.get("sent"));
    int received = Integer.parseInt(told.get("received"));
    assertTrue(received >= 1 && received < 40, "received " + received);
    assertEquals("true", told.get("dropped"));
    assertEquals("all closed", told.get("after"));
    assertEquals("false", told.get("dropped_next"));
  }

  /** Receives 40 descriptors where there is room for a few. */
  static final class FewDescriptors {
    public static void main(String[] arguments) throws Exception {
      int[] sockets = UnixSocket.pair();
      MessageChannel sender = new MessageChannel(sockets[0]);
      MessageChannel receiver = new MessageChannel(sockets[1]);
      int fd = Memfd.create();
      int[] forty = new int[40];
      java.util.Arrays.fill(forty, fd);
      sender.send(Kernel.direct("x"), forty);
      ChildJvm.tell("sent", forty.length);
      ByteBuffer one = ByteBuffer.allocateDirect(8);
      Kernel.openDescriptors();
      int open = Kernel.openDescriptors();
      ResourceLimit.NOFILE.set(fd + 10, ResourceLimit.NOFILE.hard());
      receiver.receive(one);
      boolean dropped = receiver.descriptorsDropped();
      int received = receiver.descriptorCount();
      for (int i = 0; i < received; i++) {
        Descriptor.close(receiver.descriptor(i));
      }
      sender.send(Kernel.direct("y"), fd);
      receiver.receive(one.clear());
      boolean droppedNext = receiver.descriptorsDropped();
      Descriptor.close(receiver.descriptor(0));
      ResourceLimit.NOFILE.set(ResourceLimit.NOFILE.hard(), ResourceLimit.NOFILE.hard());
      ChildJvm.tell("received", received);
      ChildJvm.tell("dropped", dropped);
      ChildJvm.tell("dropped_next", droppedNext);
      ChildJvm.tell("after", open == Kernel.openDescriptors() ? "all closed" : "left open");
    }
  }
}
