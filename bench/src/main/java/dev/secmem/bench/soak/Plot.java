package dev.secmem.bench.soak;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws one value of all samples over time. The warm-up is grey. */
final class Plot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 300;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 30;
  private static final int BOTTOM = 40;

  private final List<Sample> samples;
  private final int index;
  private final double lastSecond;
  private final double most;

  private Plot(List<Sample> samples, int index) {
    this.samples = samples;
    this.index = index;
    this.lastSecond = Math.max(1, samples.get(samples.size() - 1).seconds());
    double largest = samples.stream().mapToDouble(one -> one.values()[index]).max().orElse(1);
    this.most = Math.max(1, largest * 1.1);
  }

  static void write(List<Sample> samples, int index, double warmUpSeconds, Path folder)
      throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      new Plot(samples, index).draw(graphics, warmUpSeconds);
    } finally {
      graphics.dispose();
    }
    Path file = folder.resolve(Sample.NAMES.get(index) + ".png");
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("no writer for PNG");
    }
  }

  private void draw(Graphics2D graphics, double warmUpSeconds) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.setColor(new Color(235, 235, 235));
    graphics.fillRect(LEFT, TOP, x(warmUpSeconds) - LEFT, HEIGHT - TOP - BOTTOM);
    graphics.setColor(Color.BLACK);
    graphics.drawString(Sample.NAMES.get(index) + " over minutes", LEFT, TOP - 10);
    graphics.drawLine(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    graphics.drawLine(LEFT, TOP, LEFT, HEIGHT - BOTTOM);
    for (int i = 0; i <= 5; i++) {
      double value = most * i / 5;
      double second = lastSecond * i / 5;
      graphics.drawString(String.format("%.1f", value), 5, y(value) + 5);
      graphics.drawString(String.format("%.1f", second / 60), x(second) - 10, HEIGHT - BOTTOM + 18);
    }
    graphics.setColor(new Color(0, 90, 180));
    for (int i = 1; i < samples.size(); i++) {
      Sample from = samples.get(i - 1);
      Sample to = samples.get(i);
      graphics.drawLine(
          x(from.seconds()), y(from.values()[index]), x(to.seconds()), y(to.values()[index]));
    }
  }

  private int x(double second) {
    return LEFT + (int) Math.round(second / lastSecond * (WIDTH - LEFT - RIGHT));
  }

  private int y(double value) {
    return HEIGHT - BOTTOM - (int) Math.round(value / most * (HEIGHT - TOP - BOTTOM));
  }
}
