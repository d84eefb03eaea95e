package dev.secmem.app.ctl;

import dev.secmem.app.doctor.Finding;
import java.util.List;

/** Findings for people: a line each, what mends it below, a sum at the end. */
final class DoctorTable {
  private static final int STATE_WIDTH = 9;
  private static final int CHECK_WIDTH = 18;

  private DoctorTable() {}

  static String of(List<Finding> findings, Colors colors) {
    StringBuilder text = new StringBuilder();
    int[] counts = new int[Finding.State.values().length];
    for (Finding finding : findings) {
      counts[finding.state().ordinal()]++;
      String state = finding.state().word();
      text.append(colored(finding.state(), state, colors));
      text.append(" ".repeat(STATE_WIDTH - state.length()));
      text.append(pad(finding.check())).append(Colors.plain(finding.found())).append('\n');
      if (!finding.mend().isEmpty()) {
        text.append(" ".repeat(STATE_WIDTH)).append(pad("")).append("mend: ");
        text.append(Colors.plain(finding.mend())).append('\n');
      }
    }
    text.append('\n').append(counts[0]).append(" ok, ").append(counts[1]);
    text.append(counts[1] == 1 ? " warning, " : " warnings, ").append(counts[2]);
    return text.append(" missing\n").toString();
  }

  private static String pad(String check) {
    return check + " ".repeat(Math.max(1, CHECK_WIDTH - check.length()));
  }

  private static String colored(Finding.State state, String word, Colors colors) {
    return switch (state) {
      case OK -> colors.good(word);
      case WARNING -> colors.fair(word);
      case MISSING -> colors.bad(word);
    };
  }
}
