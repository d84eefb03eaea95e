package dev.secmem.app.ctl;

/** A line of the screen that ends where the screen ends, colours not counted. Confined. */
final class TopLine {
  private final int columns;
  private final StringBuilder text = new StringBuilder();
  private int used;

  TopLine(int columns) {
    this.columns = columns;
  }

  /** How to show a part. */
  interface Paint {
    String paint(String text);
  }

  TopLine add(String part) {
    return add(part, plain -> plain);
  }

  TopLine add(String part, Paint paint) {
    String plain = Colors.plain(part);
    String fits = plain.substring(0, Math.min(plain.length(), columns - used));
    used += fits.length();
    text.append(paint.paint(fits));
    return this;
  }

  /** A part of a fixed width, cut or filled. */
  TopLine column(String part, int width, Paint paint) {
    String cut = part.length() <= width ? part : part.substring(0, Math.max(0, width - 1)) + "~";
    return add(cut + " ".repeat(width - Math.min(width, cut.length())), paint);
  }

  TopLine column(String part, int width) {
    return column(part, width, plain -> plain);
  }

  /** The same, ending where the column ends. */
  TopLine number(String part, int width) {
    return column(" ".repeat(Math.max(0, width - part.length())) + part, width);
  }

  int room() {
    return columns - used;
  }

  String text() {
    return text.toString();
  }
}
