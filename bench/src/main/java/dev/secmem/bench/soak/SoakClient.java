package dev.secmem.bench.soak;

import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretInfo;
import dev.secmem.transport.uds.UdsTransportProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One client: sends mixed requests on names of its own, and judges every answer. Confined. */
final class SoakClient {
  private static final int NAMES = 40;
  private static final int SMALLEST_BYTES = 32;
  private static final int LARGEST_BYTES = 64 * 1024;
  private static final double SHORTEST_MILLIS = 10;
  private static final double LONGEST_MILLIS = 600_000;
  private static final long CHASED_MILLIS = 2_000;
  private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]+)\"");

  private final String socket;
  private final String prefix;
  private final Random random;
  private final Findings findings;
  private final Map<String, Known> model = new HashMap<>();
  private final ByteBuffer value = ByteBuffer.allocateDirect(LARGEST_BYTES);
  private final ByteBuffer got = ByteBuffer.allocateDirect(LARGEST_BYTES);
  private SecretClient client;

  SoakClient(String socket, int number, long seed, Findings findings) {
    this.socket = socket;
    this.prefix = "c" + number + "/";
    this.random = new Random(seed * 1_000 + number);
    this.findings = findings;
  }

  /** A request, and the code by which the agent refused it, if it did. */
  private interface Request {
    void send() throws SecretClientException;
  }

  /** Sends that many requests a second until a time of {@link System#nanoTime}. */
  void run(double rate, long endNanos) throws InterruptedException, SecretClientException {
    client = connect();
    try {
      long next = System.nanoTime();
      while (System.nanoTime() < endNanos) {
        step();
        next = Math.max(next + (long) (1e9 / rate), System.nanoTime() - 1_000_000_000);
        sleepUntil(next);
      }
    } finally {
      client.close();
    }
  }

  private SecretClient connect() throws SecretClientException {
    return new UdsTransportProvider().connect(ClientOptions.at(socket));
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  private void step() throws InterruptedException, SecretClientException {
    String name = prefix + random.nextInt(NAMES);
    int kind = random.nextInt(100);
    if (kind < 28) {
      put(name);
    } else if (kind < 70) {
      get(name);
    } else if (kind < 78) {
      stat(name);
    } else if (kind < 84) {
      touch(name);
    } else if (kind < 89) {
      delete(name);
    } else if (kind < 92) {
      list();
    } else if (kind < 95) {
      putConditionally(name);
    } else if (kind < 98) {
      report();
    } else {
      client.close();
      client = connect();
    }
  }

  /**
   * Sends a request and counts it. What was known of the name is forgotten if nobody can say
   * whether the agent did it.
   *
   * @return the code: {@code ok}, or the one of a refusal, or the reason of another failure
   */
  private String send(String verb, String name, Request request) throws SecretClientException {
    try {
      request.send();
      findings.answer(verb, "ok");
      return "ok";
    } catch (SecretClientException e) {
      String code = e.code().map(Enum::name).orElse(e.reason().name());
      findings.answer(verb, code);
      if (e.code().isEmpty()) {
        findings.defect("failed request", verb + " " + e.getMessage());
        model.remove(name);
        client.close();
        client = connect();
      }
      return code;
    }
  }

  private long spread(double from, double to) {
    return Math.round(from * Math.pow(to / from, random.nextDouble()));
  }

  private void put(String name) throws SecretClientException, InterruptedException {
    long ttlMillis = spread(SHORTEST_MILLIS, LONGEST_MILLIS);
    long reads = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : Long.MAX_VALUE;
    PutOptions options = PutOptions.DEFAULTS.ttlMillis(ttlMillis);
    if (put(name, ttlMillis, reads, reads < Long.MAX_VALUE ? options.reads(reads) : options)
        && ttlMillis <= CHASED_MILLIS
        && random.nextInt(3) == 0) {
      Known known = model.get(name);
      sleepUntil(known.aliveUntil() + (random.nextInt(7) - 4) * 1_000_000L);
      get(name);
    }
  }

  private boolean put(String name, long ttlMillis, long reads, PutOptions options)
      throws SecretClientException {
    long seed = random.nextLong();
    int size = (int) spread(SMALLEST_BYTES, LARGEST_BYTES);
    fill(value.clear().limit(size), seed);
    long[] version = new long[1];
    long sent = System.nanoTime();
    String code = send("PUT", name, () -> version[0] = client.put(name, value, options));
    long answered = System.nanoTime();
    if (!code.equals("ok")) {
      if (!code.equals("EXISTS") && !code.equals("CONFLICT")) {
        findings.defect("PUT refused", code + " " + name);
      }
      return false;
    }
    long ttlNanos = ttlMillis * 1_000_000;
    model.put(name, new Known(version[0], seed, size, sent + ttlNanos, answered + ttlNanos, reads));
    return true;
  }

  private void putConditionally(String name) throws SecretClientException {
    Known known = model.get(name);
    boolean absent = random.nextBoolean();
    PutOptions options = PutOptions.DEFAULTS.ttlMillis(60_000);
    long sent = System.nanoTime();
    boolean done =
        absent
            ? put(name, 60_000, Long.MAX_VALUE, options.ifAbsent())
            : put(
                name,
                60_000,
                Long.MAX_VALUE,
                options.ifVersion(known == null ? 1 : known.version()));
    long answered = System.nanoTime();
    if (known == null) {
      return; // never stored, or nobody knows
    }
    if (absent ? done && known.mustLive(answered) : !done && known.mustLive(answered)) {
      findings.defect("lost early", "PUT if=" + (absent ? "absent " : "version ") + name);
    }
    if (absent ? !done && known.mustBeGone(sent) : done && known.mustBeGone(sent)) {
      findings.defect("there too late", "PUT if=" + (absent ? "absent " : "version ") + name);
    }
  }

  private void get(String name) throws SecretClientException {
    Known known = model.get(name);
    long sent = System.nanoTime();
    String code =
        send(
            "GET",
            name,
            () -> {
              try (SecretClient.Delivery delivery = client.get(name, OptionalLong.empty())) {
                compare(name, known, delivery);
              }
            });
    judge("GET", name, known, code, sent);
    if (known != null && code.equals("ok")) {
      model.put(name, known.read());
    }
  }

  private void compare(String name, Known known, SecretClient.Delivery delivery)
      throws SecretClientException {
    if (known == null) {
      return;
    }
    got.clear().limit((int) Math.min(delivery.sizeBytes(), LARGEST_BYTES));
    long offset = 0;
    while (got.hasRemaining()) {
      offset += delivery.read(offset, got);
    }
    fill(value.clear().limit(known.sizeBytes()), known.seed());
    if (delivery.info().version() != known.version() || !value.equals(got.flip())) {
      findings.defect("another value", name + " version " + delivery.info().version());
    }
  }

  private static void fill(ByteBuffer target, long seed) {
    Random bytes = new Random(seed);
    while (target.remaining() >= Long.BYTES) {
      target.putLong(bytes.nextLong());
    }
    while (target.hasRemaining()) {
      target.put((byte) bytes.nextInt());
    }
    target.flip();
  }

  /** Whether the answer is one that the agent may give. */
  private void judge(String verb, String name, Known known, String code, long sent) {
    long answered = System.nanoTime();
    boolean there = code.equals("ok");
    if (!there && !code.equals("NOT_FOUND") && !code.equals("EXPIRED")) {
      findings.defect("refused", verb + " " + code);
    } else if (known == null) {
      return;
    } else if (there && known.mustBeGone(sent)) {
      long late = (sent - known.deadFrom()) / 1_000;
      findings.defect("there too late", verb + " " + name + " by at least " + late + " us");
    } else if (!there && known.mustLive(answered)) {
      long early = (known.aliveUntil() - answered) / 1_000;
      findings.defect("lost early", verb + " " + name + " by at least " + early + " us");
    }
  }

  private void stat(String name) throws SecretClientException {
    Known known = model.get(name);
    SecretInfo[] info = new SecretInfo[1];
    long sent = System.nanoTime();
    String code = send("STAT", name, () -> info[0] = client.stat(name, OptionalLong.empty()));
    judge("STAT", name, known, code, sent);
    if (known != null && info[0] != null && info[0].sizeBytes() != known.sizeBytes()) {
      findings.defect("another value", "STAT " + name);
    }
  }

  private void touch(String name) throws SecretClientException {
    Known known = model.get(name);
    long ttlMillis = spread(SHORTEST_MILLIS, LONGEST_MILLIS);
    long sent = System.nanoTime();
    String code = send("TOUCH", name, () -> client.touch(name, OptionalLong.of(ttlMillis)));
    long answered = System.nanoTime();
    judge("TOUCH", name, known, code, sent);
    if (known != null && code.equals("ok")) {
      long ttlNanos = ttlMillis * 1_000_000;
      model.put(name, known.touched(sent + ttlNanos, answered + ttlNanos));
    }
  }

  private void delete(String name) throws SecretClientException {
    Known known = model.get(name);
    long sent = System.nanoTime();
    String code = send("DEL", name, () -> client.delete(name));
    judge("DEL", name, known, code, sent);
    if (code.equals("ok") || code.equals("NOT_FOUND") || code.equals("EXPIRED")) {
      model.put(name, Known.gone(System.nanoTime()));
    } else {
      model.remove(name);
    }
  }

  private void list() throws SecretClientException {
    Set<String> names = new HashSet<>();
    long sent = System.nanoTime();
    String code =
        send(
            "LIST",
            "",
            () -> {
              try (SecretClient.Delivery delivery = client.list(prefix)) {
                Matcher matcher = NAME.matcher(text(delivery));
                while (matcher.find()) {
                  names.add(matcher.group(1));
                }
              }
            });
    long answered = System.nanoTime();
    if (code.equals("ok")) {
      model.forEach(
          (name, known) -> {
            if (names.contains(name) ? known.mustBeGone(sent) : known.mustLive(answered)) {
              findings.defect(
                  names.contains(name) ? "there too late" : "lost early", "LIST " + name);
            }
          });
    }
  }

  private void report() throws SecretClientException {
    boolean metrics = random.nextBoolean();
    send(
        metrics ? "METRICS" : "STATUS",
        "",
        () -> {
          try (SecretClient.Delivery delivery = metrics ? client.metrics() : client.status()) {
            text(delivery);
          }
        });
  }

  /** The whole of a report. */
  static String text(SecretClient.Delivery delivery) throws SecretClientException {
    ByteBuffer all = ByteBuffer.allocateDirect((int) delivery.sizeBytes());
    long offset = 0;
    while (all.hasRemaining()) {
      int count = delivery.read(offset, all);
      if (count <= 0) {
        break;
      }
      offset += count;
    }
    return StandardCharsets.UTF_8.decode(all.flip()).toString();
  }
}
