package dev.secmem.transport.uds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Verb;
import dev.secmem.api.transport.Reply;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class UdsReplyTest {
  /** What is missing stands for heap that is missing: it fails between the line and its sending. */
  @Test
  void aReplyThatWasNotSentEndsTheConnection() throws Exception {
    int[] pair = UnixSocket.pair();
    try {
      UnixSocket.setTimeouts(pair[1], 100, 100);
      UdsReply reply = new UdsReply(new MessageChannel(pair[0]), new ReplyLine(), null);
      reply.begin(Verb.HELLO);
      reply.ok("protocol=1");
      assertFalse(reply.isBroken(), "control: this one went out");
      ByteBuffer received = ByteBuffer.allocateDirect(100);
      MessageChannel client = new MessageChannel(pair[1]);
      assertEquals("OK protocol=1\n".length(), client.receive(received));
      reply.begin(Verb.GET);
      Reply.Delivery delivery = reply.prepare(ByteBuffer.allocateDirect(5));
      assertThrows(NullPointerException.class, () -> reply.ok("version=1", delivery));
      reply.end();
      assertTrue(reply.isBroken());
      assertThrows(dev.secmem.linux.LinuxException.class, () -> client.receive(received.clear()));
    } finally {
      Descriptor.close(pair[0]);
      Descriptor.close(pair[1]);
    }
  }
}
