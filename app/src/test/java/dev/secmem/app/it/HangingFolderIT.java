package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.secmem.linux.Descriptor;
import org.junit.jupiter.api.Test;

/** A descriptor of a file whose file system hangs: nobody else waits for it, LOCK neither. */
class HangingFolderIT {
  @Test
  void aFileSystemThatHangsIsNotAsked() {
    try (HangingFolder hanging = new HangingFolder();
        AgentProcess agent = AgentProcess.with("--root", "mnemonic").start();
        RawClient client = agent.connect();
        RawClient guest = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      client.put("kept 600000", "value");
      int fd = hanging.open();
      guest.send("PUT k 60000\n", fd);
      Descriptor.close(fd);
      assertEquals("bad-request", guest.reply().code());
      assertEquals("ok", guest.code("HELLO"), "its connection goes on");
      assertEquals("ok", client.code("LOCK"), "no request holds it up");
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      assertEquals("value", client.ask("GET kept").text());
    }
  }
}
