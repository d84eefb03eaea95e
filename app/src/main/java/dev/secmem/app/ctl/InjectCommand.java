package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.Folder;
import dev.secmem.linux.LinuxException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** {@code secmemctl inject}: puts secrets into the places of a {@link Template}. */
final class InjectCommand {
  private InjectCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    Template template = Template.parse(read(arguments.value(DailySyntax.TEMPLATE)));
    String output = arguments.value(DailySyntax.OUT);
    if (output == null) {
      try (LockedBytes filled = fill(arguments, template)) {
        Stdout.INSTANCE.write(filled.all());
      }
      return;
    }
    if (!arguments.has(DailySyntax.ALLOW_DISK)) {
      refuseDisk(output);
    }
    // The file first: a delivery counts, and one that cannot be kept would be lost.
    try (PrivateFile file = PrivateFile.open(output);
        LockedBytes filled = fill(arguments, template)) {
      file.write(filled.all());
      file.keep();
    }
  }

  private static byte[] read(String path) throws CtlException, IOException {
    try (InputStream in =
        path == null || path.equals("-") ? System.in : new FileInputStream(path)) {
      byte[] text = in.readNBytes(Template.MAX_BYTES + 1);
      if (text.length > Template.MAX_BYTES) {
        throw new CtlException(
            ExitCode.TOO_LARGE,
            "the template is larger than " + (Template.MAX_BYTES >> 20) + " MiB");
      }
      return text;
    }
  }

  private static void refuseDisk(String output) throws CtlException, LinuxException {
    Path folder = Path.of(output).toAbsolutePath().getParent();
    if (folder == null) {
      return; // the root itself, which is no file
    }
    boolean inMemory;
    try (Folder opened = Folder.open(folder.toString(), true)) {
      inMemory = opened.isInMemory();
    }
    if (!inMemory) {
      throw new CtlException(
          ExitCode.FAILED,
          output
              + " would lie on a disk, where its blocks outlive it; write below /dev/shm or"
              + " $XDG_RUNTIME_DIR, or add --allow-disk");
    }
  }

  /** The text with every value in its place; the caller closes it. */
  private static LockedBytes fill(Arguments arguments, Template template)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    LockedBytes filled = LockedBytes.withRoomFor(template.text().length);
    try {
      if (template.places().isEmpty()) {
        Messages.say("note: there is no {{ secmem:NAME }} and no secmem://NAME in the template");
        filled.add(template.text());
        return filled;
      }
      try (SecretClient client = AgentConnection.open(arguments)) {
        fill(template, client, filled);
      }
      return filled;
    } catch (SecretClientException
        | UsageException
        | CtlException
        | LinuxException
        | IOException
        | RuntimeException e) {
      filled.close();
      throw e;
    }
  }

  private static void fill(Template template, SecretClient client, LockedBytes filled)
      throws SecretClientException, CtlException, LinuxException, IOException {
    WantedSecrets wanted = new WantedSecrets(client, false, "nothing is written");
    wanted.present(template.names());
    byte[] text = template.text();
    // Where a value lies already: each is read once.
    Map<String, Integer> starts = new HashMap<>();
    Map<String, Integer> ends = new HashMap<>();
    int at = 0;
    for (Template.Place place : template.places()) {
      filled.add(Arrays.copyOfRange(text, at, place.from));
      at = place.to;
      if (ends.containsKey(place.name)) {
        filled.addCopy(starts.get(place.name), ends.get(place.name));
      } else {
        starts.put(place.name, filled.size());
        try (Delivery delivery = wanted.get(place.name)) {
          filled.add(delivery);
        }
        ends.put(place.name, filled.size());
      }
    }
    filled.add(Arrays.copyOfRange(text, at, text.length));
  }
}
