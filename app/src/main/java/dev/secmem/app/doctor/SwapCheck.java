package dev.secmem.app.doctor;

import static dev.secmem.app.doctor.Finding.missing;
import static dev.secmem.app.doctor.Finding.ok;
import static dev.secmem.app.doctor.Finding.warning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where pages may be swapped to (/proc/swaps). The agent's own are locked; what was delivered, and
 * what programs made of it, is not.
 */
final class SwapCheck {
  private static final String NAME = "swap";
  private static final String WHAT = "what was delivered can be written there";

  private final Machine machine;

  SwapCheck(Machine machine) {
    this.machine = machine;
  }

  List<Finding> run() {
    Path file = machine.proc().resolve("swaps");
    if (!Files.isReadable(file)) {
      return List.of(warning(NAME, "it cannot be told: " + file + " cannot be read", "swapon"));
    }
    List<Finding> findings = new ArrayList<>();
    List<String> lines = Machine.lines(file);
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      String[] fields = line.split("\\s+");
      findings.add(area(fields[0], fields.length > 1 ? fields[1] : ""));
    }
    return findings.isEmpty() ? List.of(ok(NAME, "there is none")) : findings;
  }

  private Finding area(String path, String type) {
    String off = "swapoff " + path;
    String device = path.substring(path.lastIndexOf('/') + 1);
    if (device.startsWith("zram")) {
      String disk = Machine.text(block(device).resolve("backing_dev")).orElse("none");
      return disk.equals("none")
          ? ok(NAME, path + " is compressed memory, on no disk")
          : warning(NAME, path + " is compressed memory that is written to " + disk, off);
    }
    if (device.startsWith("dm-") || path.startsWith("/dev/mapper/")) {
      String uuid = Machine.text(block(device).resolve("dm/uuid")).orElse("");
      return uuid.startsWith("CRYPT-")
          ? ok(NAME, path + " is encrypted by dm-crypt")
          : warning(
              NAME,
              path + " may be encrypted or not, which cannot be told from here; " + WHAT,
              off + "   ('lsblk -s " + path + "' shows what it lies on)");
    }
    if (type.equals("partition")) {
      return missing(NAME, path + " is a partition that nothing here encrypts; " + WHAT, off);
    }
    return warning(
        NAME,
        path
            + " is a file; whether the disk below it is encrypted cannot be told from here; "
            + WHAT,
        off);
  }

  private Path block(String device) {
    return machine.sys().resolve("class/block").resolve(device);
  }
}
