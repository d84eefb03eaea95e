import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums up JaCoCo's CSV by module and prints the table. For profile {@code coverage}. */
final class CoverageTable {
  private static final String[] COLUMNS = {
    "LINE_COVERED", "LINE_MISSED", "BRANCH_COVERED", "BRANCH_MISSED"
  };

  private CoverageTable() {}

  public static void main(String[] arguments) throws IOException {
    Path csv = Path.of(arguments[0]);
    if (!Files.exists(csv)) {
      System.out.println("No coverage: no unit test ran");
      return;
    }
    List<String> rows = Files.readAllLines(csv);
    List<String> header = List.of(rows.get(0).split(","));
    Map<String, long[]> modules = new TreeMap<>();
    long[] total = new long[COLUMNS.length];
    for (String row : rows.subList(1, rows.size())) {
      String[] cells = row.split(",");
      // The first cell is "title/module".
      String module = cells[0].substring(cells[0].lastIndexOf('/') + 1);
      long[] sums = modules.computeIfAbsent(module, name -> new long[COLUMNS.length]);
      for (int i = 0; i < COLUMNS.length; i++) {
        long value = Long.parseLong(cells[header.indexOf(COLUMNS[i])]);
        sums[i] += value;
        total[i] += value;
      }
    }
    System.out.println("Coverage by unit tests (pages: " + csv.resolveSibling("index.html") + ")");
    System.out.printf("%-26s %17s %19s%n", "module", "lines", "branches");
    modules.forEach(CoverageTable::print);
    print("all", total);
  }

  private static void print(String module, long[] sums) {
    System.out.printf(
        "%-26s %s %s%n", module, share(sums[0], sums[1], 10), share(sums[2], sums[3], 12));
  }

  private static String share(long covered, long missed, int width) {
    long all = covered + missed;
    String percent = all == 0 ? "-" : Math.round(100.0 * covered / all) + " %";
    return String.format("%6s %" + width + "s", percent, covered + "/" + all);
  }
}
