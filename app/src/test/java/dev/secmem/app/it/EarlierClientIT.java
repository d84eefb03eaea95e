package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * The first client of this protocol's family, written from its description: a connection for each
 * request, the line with its LF in one sendmsg, one recvmsg of at most 128 bytes, and whatever
 * starts with {@code OK} is success.
 */
class EarlierClientIT {
  private static final int SEALS =
      Memfd.SEAL_SEAL | Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE;

  private record Answer(String text, int descriptor) {
    boolean isOk() {
      return text.startsWith("OK");
    }
  }

  private static Answer request(String path, String line, int descriptor) throws LinuxException {
    int socket = UnixSocket.connect(path);
    try {
      MessageChannel channel = new MessageChannel(socket);
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.send(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), descriptor);
      ByteBuffer answer = ByteBuffer.allocateDirect(128);
      channel.receive(answer);
      int received = channel.descriptorCount() == 0 ? -1 : channel.descriptor(0);
      return new Answer(StandardCharsets.US_ASCII.decode(answer.flip()).toString(), received);
    } finally {
      Descriptor.close(socket);
    }
  }

  private static String readAll(int descriptor) throws LinuxException {
    ByteBuffer content = ByteBuffer.allocateDirect(4096);
    while (Descriptor.read(descriptor, content) > 0) {}
    return StandardCharsets.US_ASCII.decode(content.flip()).toString();
  }

  @Test
  void putsAndGetsUnchanged() throws Exception {
    try (AgentProcess agent = AgentProcess.with().start()) {
      String name = "n".repeat(200);
      for (int round = 0; round < 20; round++) {
        int fd = Kernel.memfd("value " + round);
        Memfd.addSeals(fd, SEALS);
        Answer put = request(agent.socket(), "PUT " + name + " 60000", fd);
        Descriptor.close(fd);
        assertTrue(put.isOk(), put.text());
        Answer get = request(agent.socket(), "GET " + name, -1);
        assertTrue(get.isOk(), get.text());
        assertTrue(get.text().endsWith("\n"), "the whole reply fits: " + get.text());
        assertEquals("value " + round, readAll(get.descriptor()));
        assertEquals(SEALS, Memfd.seals(get.descriptor()) & SEALS);
        Descriptor.close(get.descriptor());
      }
      Answer missing = request(agent.socket(), "GET nothing", -1);
      assertFalse(missing.isOk());
      assertTrue(missing.text().startsWith("ERR not-found no such key"), missing.text());
      assertEquals(-1, missing.descriptor());
    }
  }
}
