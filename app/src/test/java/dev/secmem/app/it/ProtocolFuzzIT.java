package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Bad bytes do no harm: several clients send what the grammar of docs/PROTOCOL.md allows, nearly
 * allows, or what no grammar knows, with descriptors of every kind. {@code -Dfuzz.requests=N} sends
 * more, {@code -Dfuzz.seed=N} the same again.
 */
@Tag("proof")
class ProtocolFuzzIT {
  private static final long REQUESTS = Long.getLong("fuzz.requests", 32_000);
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
  private static final Path SEEDS = Path.of("src/test/resources/fuzz/seeds.txt");
  private static final int WORKERS = 4;
  private static final int LARGEST_BYTES = 65_536;
  private static final long FUZZER = 7002;
  private static final long KEEPER = 7003;

  private final String marker = "S3cr3t" + Long.toHexString(new Random().nextLong()) + "~";
  private final ProtocolTable table = new ProtocolTable();
  private final ReplyRules rules = new ReplyRules(table, marker);
  private final AtomicLong requests = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private long[] uids;
  private DescriptorStock stock;
  private AgentProcess agent;

  /** Keys, locks and unlocks in the middle of everything; the plugins of choice. */
  @Test
  void anAgentWithKeysSurvivesAnyBytes() throws Exception {
    uids = Kernel.isRoot() ? new long[] {FUZZER, 0} : new long[] {Kernel.uid()};
    fuzz(REQUESTS * 3 / 4, "--root", "mnemonic", "--allow-derive");
    expectAnswers(EnumSet.allOf(Verb.class));
  }

  /** The other plugins; a random root, which only its own uid may lock. */
  @Test
  void anAgentOfOtherPluginsSurvivesAnyBytes() throws Exception {
    Needs.root();
    uids = new long[] {FUZZER};
    fuzz(REQUESTS / 4, "--store", "heapless", "--cipher", "bc", "--kdf", "bc");
    expectAnswers(EnumSet.range(Verb.HELLO, Verb.METRICS));
  }

  private void fuzz(long wanted, String... arguments) throws Exception {
    System.out.println("fuzz.seed " + SEED + ", requests " + wanted);
    AgentOptions options = AgentProcess.with(arguments);
    options.arguments("--max-secret-size", "64k", "--max-secrets", "300", "--max-memory", "8m");
    options.arguments("--audit", "denied");
    boolean root = Kernel.isRoot();
    if (root) {
      options.arguments("--allow-uid", FUZZER + "," + KEEPER);
      if (uids.length > 1) {
        options.arguments("--keys-uid", FUZZER + "," + KEEPER);
      }
    }
    agent = options.start();
    try (RawClient own = agent.connect();
        RawClient keeper = root ? agent.connectAs(KEEPER) : agent.connect()) {
      unlock(keeper);
      KeptSecrets kept = KeptSecrets.put(keeper, marker, 40, LARGEST_BYTES);
      assertTrue(rules.isOthers(keeper.ask("LIST").text()), "control: it would be seen");
      assertTrue(rules.isOthers(keeper.ask("GET " + kept.name(new Random())).text()), "control");
      stock = new DescriptorStock(marker, LARGEST_BYTES, agent.socket());
      assertTrue(stock.kinds() > 30, "kinds of descriptors: " + stock.kinds());
      addEnvelopes(keeper);
      keptSeeds();
      inWorkers(keeper, kept, wanted / 10, SEED - 1);
      ProcessFootprint before = root ? new ProcessFootprint(agent.pid()) : null;
      inWorkers(keeper, kept, wanted, SEED);
      stock.close();
      expectNoHarm(own, keeper, kept, before);
    } finally {
      agent.close();
    }
  }

  /** What DECRYPT and ROTATE take, if there are keys. */
  private void addEnvelopes(RawClient keeper) {
    for (int version = 1; version < 3; version++) {
      Reply reply = keeper.askWith("ENCRYPT " + version, marker);
      if (reply.isOk()) {
        stock.add(reply.body());
      }
    }
  }

  /** The requests were not all nonsense: each of these verbs did its work, too. */
  private void expectAnswers(Set<Verb> verbs) {
    System.out.println("answers: " + rules.answers());
    if (requests.get() >= 4000) {
      assertTrue(rules.mostDescriptors() >= 252, rules.mostDescriptors() + " descriptors at most");
      for (Verb verb : verbs) {
        assertTrue(rules.answers().containsKey(verb + " ok"), verb + " never did its work");
      }
    }
  }

  /** Sessions that once showed something, each alone. */
  private void keptSeeds() throws IOException {
    for (String line : Files.readAllLines(SEEDS)) {
      String seed = line.replaceAll("#.*", "").strip();
      if (!seed.isEmpty()) {
        session(Long.parseLong(seed));
      }
    }
  }

  private void inWorkers(RawClient keeper, KeptSecrets kept, long wanted, long seed)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
    long end = requests.get() + wanted;
    List<Future<Void>> workers = new ArrayList<>();
    over.set(false);
    for (int i = 0; i < WORKERS; i++) {
      long uid = uids[i == 0 ? uids.length - 1 : 0];
      Random seeds = new Random(seed * WORKERS + i);
      workers.add(pool.submit(() -> as(uid, () -> work(seeds, end))));
    }
    try {
      Random random = new Random(seed);
      while (!workers.stream().allMatch(Future::isDone)) {
        keep(keeper, kept.name(random));
        Await.sleep(5);
      }
      for (Future<Void> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage() + "; " + tail(), e.getCause());
    } finally {
      over.set(true);
      pool.shutdown();
    }
  }

  private static <T> T as(long uid, Callable<T> action) throws Exception {
    return uid == Kernel.uid() ? action.call() : Kernel.as(uid, uid, action);
  }

  private Void work(Random seeds, long end) {
    while (!over.get() && requests.get() < end) {
      session(seeds.nextLong());
    }
    return null;
  }

  private void session(long seed) {
    try {
      FuzzSession session = new FuzzSession(seed, table, rules, stock, uids);
      requests.addAndGet(session.run(agent.socket()));
    } catch (Throwable e) {
      over.set(true);
      throw new AssertionError("session " + seed + ": " + e.getMessage(), e);
    }
  }

  /** Another uid's secret is served all the time, but for the moments of a lock. */
  private static void keep(RawClient keeper, String name) {
    String code = keeper.code("GET " + name);
    if (code.equals("locked")) {
      Await.sleep(20); // so that the others meet the lock, and may unlock it themselves
      unlock(keeper);
    } else {
      assertEquals("ok", code, name);
    }
  }

  private static void unlock(RawClient keeper) {
    if (keeper.ask("HELLO").field("locked").equals("1")) {
      String code = keeper.codeOf("UNLOCK", Mnemonics.LEGAL);
      assertTrue(code.equals("ok") || code.equals("conflict"), code);
    }
  }

  private void expectNoHarm(
      RawClient own, RawClient keeper, KeptSecrets kept, ProcessFootprint before)
      throws IOException {
    unlock(keeper);
    kept.expectAll(keeper);
    Await.until(
        "all connections but two are gone",
        () -> Metrics.parse(own.ask("METRICS").text()).value("secmem_connections") == 2);
    if (before != null) {
      before.expectNoMore();
      System.out.println("before: " + before + ", after: " + new ProcessFootprint(agent.pid()));
    }
    keeper.put("new 60000", "value");
    assertEquals("value", keeper.ask("GET new").text());
    assertEquals(0, agent.stop(), agent::stderr);
    int lines = 0;
    try (var reader = Files.newBufferedReader(stderr(), StandardCharsets.ISO_8859_1)) {
      String line = reader.readLine();
      while (!line.contains(" serves at ")) {
        line = reader.readLine(); // what it warns of at its start is about the machine
      }
      for (; line != null; line = reader.readLine()) {
        assertFalse(line.contains(marker), "a value on standard error");
        assertFalse(line.matches("secmem-agent: (error|warning): .*|\\s+at .*"), line);
        assertTrue(line.startsWith("secmem-agent: ") || line.startsWith("{\"seq\":"), line);
        lines++;
      }
    }
    assertTrue(lines > 3, "positive control: standard error was read");
  }

  private Path stderr() {
    return agent.folder().resolve("stderr");
  }

  /** What the agent said last. */
  private String tail() {
    String said = agent.stderr();
    return said.substring(Math.max(0, said.length() - 1000));
  }
}
