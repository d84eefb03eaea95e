package dev.secmem.bench.soak;

import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.transport.uds.UdsTransportProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The long run: clients, samples, and the report. Exit 0 if nothing was found and all is flat, 1 if
 * not, 2 for wrong options.
 */
public final class Soak {
  private static final Pattern SECRETS = Pattern.compile("\"counts\":\\{\"secrets\":([0-9]+)");
  private static final int JUDGED = Sample.NAMES.indexOf("requests_per_s");

  private final SoakOptions options;
  private final Findings findings = new Findings();
  private final List<Sample> samples = new ArrayList<>();

  private Soak(SoakOptions options) {
    this.options = options;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    SoakOptions options;
    try {
      options = SoakOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("soak: " + e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(new Soak(options).run() ? 0 : 1);
  }

  private boolean run() throws IOException, InterruptedException {
    Files.createDirectories(options.report());
    System.out.printf(
        "soak: %.1f minutes, %d clients, %.0f requests a second each, seed %d%n",
        options.minutes(), options.clients(), options.rate(), options.seed());
    try (SoakedAgent agent = new SoakedAgent(options)) {
      long start = System.nanoTime();
      long end = start + (long) (options.minutes() * 60e9);
      List<Thread> clients = startClients(agent, end);
      sample(agent, start, end);
      for (Thread client : clients) {
        client.join();
      }
      if (!agent.stop()) {
        findings.defect("stop", "the agent did not end well");
      }
    }
    return report();
  }

  private List<Thread> startClients(SoakedAgent agent, long end) {
    List<Thread> clients = new ArrayList<>();
    boolean root = ThreadIdentity.isRoot();
    for (int i = 0; i < options.clients(); i++) {
      int number = i;
      Thread client =
          new Thread(
              () -> {
                // Every fourth stays what the agent is.
                if (root && number % 4 != 0) {
                  ThreadIdentity.become(SoakedAgent.UIDS[number % 4 - 1]);
                }
                runClient(agent, number, end);
              },
              "client-" + i);
      client.start();
      clients.add(client);
    }
    return clients;
  }

  private void runClient(SoakedAgent agent, int number, long end) {
    try {
      new SoakClient(agent.socket(), number, options.seed(), findings).run(options.rate(), end);
    } catch (SecretClientException | InterruptedException | RuntimeException e) {
      findings.defect("a client ended", e.toString());
    }
  }

  private void sample(SoakedAgent agent, long start, long end)
      throws IOException, InterruptedException {
    long requests = 0;
    double before = 0;
    try (PrintWriter csv =
        new PrintWriter(Files.newBufferedWriter(options.report().resolve("samples.csv")), true)) {
      csv.println(Sample.csvHeader());
      while (System.nanoTime() < end) {
        Thread.sleep(options.sampleSeconds() * 1000L);
        if (!agent.isAlive()) {
          findings.defect("the agent ended", "see agent.log");
          return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long now = findings.requests();
        double rate = (now - requests) / (seconds - before);
        Sample one = Sample.of(agent.pid(), seconds, secrets(agent), rate);
        requests = now;
        before = seconds;
        samples.add(one);
        csv.println(one.csv());
        if (findings.defectCount() > 0 || samples.size() % 60 == 1) {
          System.out.println(one.csv() + " defects " + findings.defectCount());
        }
      }
    }
  }

  private double secrets(SoakedAgent agent) {
    try (SecretClient client =
            new UdsTransportProvider().connect(ClientOptions.at(agent.socket()));
        SecretClient.Delivery status = client.status()) {
      Matcher matcher = SECRETS.matcher(SoakClient.text(status));
      return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
    } catch (SecretClientException e) {
      findings.defect("failed request", "STATUS " + e.getMessage());
      return Double.NaN;
    }
  }

  private boolean report() throws IOException {
    // The first minutes: a tenth of the run, at least one minute if it has two.
    double warmUp = Math.max(options.minutes() * 6, Math.min(60, options.minutes() * 30));
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "soak: %.1f minutes, %d clients, seed %d; warm-up %.0f s, %d samples",
            options.minutes(), options.clients(), options.seed(), warmUp, samples.size()));
    boolean flat = true;
    for (int i = 0; i < Sample.NAMES.size(); i++) {
      Plot.write(samples, i, warmUp, options.report());
      if (i < JUDGED) {
        Trend trend = Trend.of(i, samples, warmUp);
        flat &= trend.isFlat();
        lines.add(trend.toString());
      }
    }
    lines.addAll(findings.lines());
    boolean good = flat && findings.defectCount() == 0;
    lines.add(good ? "PASSED" : "FAILED");
    Files.write(options.report().resolve("summary.txt"), lines);
    lines.forEach(System.out::println);
    return good;
  }
}
