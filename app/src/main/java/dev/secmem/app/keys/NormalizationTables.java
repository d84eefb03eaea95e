package dev.secmem.app.keys;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every code point becomes in NFKD, and how combining marks are ordered. Asked of the JDK's
 * {@code Normalizer} for all code points when first used, never for those of one text: what was
 * asked would tell it.
 */
final class NormalizationTables {
  private static final int BLOCK = 128;
  private static final int FIRST = 0x80;

  /** Two marks that do not change by themselves, of the highest class (240) and the lowest (1). */
  private static final String HIGHEST = "\u0345";

  private static final String LOWEST = "\u0334";

  private final int[] composed;
  private final int[] partsFrom;
  private final int[] parts;
  private final int[] marks;
  private final byte[] ranks;

  private NormalizationTables(Builder builder) {
    composed = ints(builder.composed);
    partsFrom = ints(builder.partsFrom);
    parts = ints(builder.parts);
    marks = ints(builder.marks);
    ranks = builder.ranks();
  }

  static NormalizationTables get() {
    return Holder.TABLES;
  }

  /** The entry of a code point that decomposes, else negative. Not for Hangul syllables. */
  int entryOf(int codePoint) {
    return Arrays.binarySearch(composed, codePoint);
  }

  /** Where an entry's parts begin. */
  int from(int entry) {
    return partsFrom[entry];
  }

  /** Where they end. */
  int to(int entry) {
    return entry + 1 < partsFrom.length ? partsFrom[entry + 1] : parts.length;
  }

  /** A part: a code point that does not decompose. */
  int part(int index) {
    return parts[index];
  }

  /** 0 for a starter; marks have the order of their combining classes. */
  int rank(int codePoint) {
    int index = codePoint < FIRST ? -1 : Arrays.binarySearch(marks, codePoint);
    return index < 0 ? 0 : ranks[index];
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static String text(int codePoint) {
    return Character.toString(codePoint);
  }

  /** Whether NFKD changes a text of public data. */
  private static boolean changes(String text) {
    return !Normalizer.isNormalized(text, Normalizer.Form.NFKD);
  }

  /** NFKD changes this unless the code point is a starter that does not decompose. */
  private static String probe(int codePoint) {
    return "a" + HIGHEST + text(codePoint) + LOWEST;
  }

  /** Whether it is worth asking: most code points are not assigned, and stay as they are. */
  private static boolean mayChange(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> false;
      default -> !Nfkd.isSyllable(codePoint);
    };
  }

  private static final class Builder {
    final List<Integer> composed = new ArrayList<>();
    final List<Integer> partsFrom = new ArrayList<>();
    final List<Integer> parts = new ArrayList<>();
    final List<Integer> marks = new ArrayList<>();

    Builder() {
      StringBuilder probes = new StringBuilder();
      for (int block = FIRST; block <= Character.MAX_CODE_POINT; block += BLOCK) {
        probes.setLength(0);
        for (int codePoint = block; codePoint < block + BLOCK; codePoint++) {
          probes.append(mayChange(codePoint) ? probe(codePoint) : "");
        }
        if (changes(probes.toString())) {
          addBlock(block);
        }
      }
    }

    private void addBlock(int block) {
      for (int codePoint = block; codePoint < block + BLOCK; codePoint++) {
        if (!mayChange(codePoint)) {
          continue;
        }
        if (changes(text(codePoint))) {
          composed.add(codePoint);
          partsFrom.add(parts.size());
          Normalizer.normalize(text(codePoint), Normalizer.Form.NFKD)
              .codePoints()
              .forEach(parts::add);
        } else if (changes(probe(codePoint))) {
          marks.add(codePoint);
        }
      }
    }

    /** Two marks change places exactly if the first one's class is the higher: so they sort. */
    byte[] ranks() {
      List<Integer> classes = new ArrayList<>();
      for (int mark : marks) {
        int position = position(mark, classes);
        if (position == classes.size() || changes(text(classes.get(position)) + text(mark))) {
          classes.add(position, mark);
        }
      }
      byte[] ranks = new byte[marks.size()];
      for (int i = 0; i < ranks.length; i++) {
        ranks[i] = (byte) (1 + position(marks.get(i), classes));
      }
      return ranks;
    }

    /** How many of the classes, each told by one of its marks, are below a mark's. */
    private static int position(int mark, List<Integer> classes) {
      int position = 0;
      while (position < classes.size() && changes(text(mark) + text(classes.get(position)))) {
        position++;
      }
      return position;
    }
  }

  private static final class Holder {
    static final NormalizationTables TABLES = new NormalizationTables(new Builder());
  }
}
