package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.linux.Clock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sequence of requests to an engine and to the model at once. Confined. */
final class ModelRun {
  private static final String MNEMONIC =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";
  private static final long LONG_MILLIS = 600_000;
  private static final long BRIEF_MILLIS = 40;
  private static final long MILLI = 1_000_000;

  /** Nearer than this to a deadline nothing is asked: what is right then hangs on a moment. */
  private static final long MARGIN_NANOS = 15 * MILLI;

  private static final int[] SIZES = {0, 1, 5, 100, 8192, 9000, 140_000};
  private static final Pattern LISTED =
      Pattern.compile(
          "\\{\"name\":\"([^\"]+)\",\"owner\":(\\d+),\"version\":(\\d+),\"size\":(\\d+)"
              + ",\"ttl_ms\":\\d+,\"reads\":(\\d+),.*");

  private final EngineModel model = new EngineModel();
  private final FakePeer[] peers = new FakePeer[EngineModel.UIDS.length];
  private final RequestHandler.Session[] sessions = new RequestHandler.Session[peers.length];
  private int values;
  private long before;
  private long after;

  ModelRun(Engine engine) throws RequestException {
    for (int i = 0; i < peers.length; i++) {
      peers[i] = new FakePeer(EngineModel.UIDS[i]);
      sessions[i] = engine.connected(peers[i]);
    }
    call(0, "UNLOCK", MNEMONIC.getBytes(StandardCharsets.US_ASCII)).assertOk();
  }

  /** A request that the model does not hear of. */
  void behindItsBack(String line, byte[] body) {
    call(0, line, body).assertOk();
  }

  /** Runs them; false if one took so long that nobody can say what its answer should be. */
  boolean all(List<ModelStep> steps) throws InterruptedException {
    for (ModelStep step : steps) {
      awaitClearTime();
      long earliest = model.earliestNanos();
      try {
        run(step);
      } catch (AssertionError e) {
        if (after >= earliest) {
          return false;
        }
        throw new AssertionError(step + ": " + e.getMessage(), e);
      }
      if (after >= earliest) {
        return false;
      }
    }
    return true;
  }

  private void awaitClearTime() throws InterruptedException {
    awaitEndOf(Clock.boottimeNanos() + MARGIN_NANOS);
  }

  /** Waits until all are over that may be over at that time. */
  private void awaitEndOf(long nanos) throws InterruptedException {
    long end = model.earliestNanos() <= nanos ? model.latestNanos(nanos) : 0;
    while (Clock.boottimeNanos() < end) {
      Thread.sleep(1);
    }
    model.expire(Clock.boottimeNanos());
  }

  private void run(ModelStep step) throws InterruptedException {
    switch (step.kind()) {
      case PUT -> put(step);
      case GET, STAT -> look(step);
      case TOUCH -> touch(step);
      case DEL -> expect(step, "DEL " + name(step), null, () -> model.delete(key(step)));
      case GRANT, REVOKE -> grant(step);
      case RENAME -> rename(step);
      case LIST -> list(step);
      case LOCK -> lock(step);
      case UNLOCK -> unlock(step);
      default -> awaitEndOf(Clock.boottimeNanos() + LONG_MILLIS / 2 * MILLI);
    }
  }

  /** What the model does; what it throws is what the engine must answer. */
  private interface Foretold {
    void run() throws EngineModel.Refused;
  }

  /** Asks, and compares the code; null if it was refused, as foretold. */
  private Answer expect(ModelStep step, String line, byte[] body, Foretold foretold) {
    Answer answer = call(step.who(), line, body);
    try {
      boolean keys = line.equals("LOCK") || line.equals("UNLOCK");
      if (!keys) {
        model.requireUnlocked();
      }
      foretold.run();
    } catch (EngineModel.Refused e) {
      assertEquals(e.code, answer.code(), line);
      return null;
    }
    assertEquals((ErrorCode) null, answer.code(), line + ": " + answer.text());
    return answer;
  }

  private Answer call(int who, String line, byte[] body) {
    Answer answer = new Answer();
    FakeRequest request =
        new FakeRequest(peers[who], line, body == null ? null : FakeRequest.body(body));
    before = Clock.boottimeNanos();
    try {
      sessions[who].handle(request, answer);
    } catch (RequestException e) {
      throw new AssertionError("not an answer, but thrown", e);
    }
    after = Clock.boottimeNanos();
    return answer;
  }

  private static String name(ModelStep step) {
    return "n" + step.name();
  }

  private static Key key(ModelStep step) {
    return new Key(EngineModel.UIDS[step.who()], name(step));
  }

  private void put(ModelStep step) {
    EngineModel.Secret old = model.own(key(step));
    StringBuilder line = new StringBuilder("PUT " + name(step) + " " + ttlMillis(step));
    line.append(step.reads() == 0 ? "" : step.reads() == 1 ? " once" : " reads=" + step.reads());
    line.append(
        switch (step.condition()) {
          case 1 -> " if=absent";
          case 2 -> " if=version:" + (old == null ? 1 : old.version);
          case 3 -> " if=version:" + Long.MAX_VALUE;
          default -> "";
        });
    line.append(step.grants() == 0 ? "" : " allow=" + grants(step.grants()));
    byte[] value = new byte[SIZES[step.size() % SIZES.length]];
    Arrays.fill(value, (byte) ++values);
    Answer answer =
        expect(
            step, line.toString(), value, () -> model.checkCondition(key(step), step.condition()));
    if (answer != null) {
      EngineModel.Secret secret =
          new EngineModel.Secret(key(step), value, step.reads(), step.grants());
      lasts(secret, step);
      model.put(secret, answer.number("version"));
    }
  }

  private static String grants(int bits) {
    List<String> grants = new ArrayList<>();
    for (int i = 0; i < 2 * EngineModel.UIDS.length; i++) {
      if ((bits & 1 << i) != 0) {
        boolean uid = i < EngineModel.UIDS.length;
        grants.add((uid ? "uid:" : "gid:") + EngineModel.UIDS[i % EngineModel.UIDS.length]);
      }
    }
    return String.join(",", grants);
  }

  private static long ttlMillis(ModelStep step) {
    return step.brief() ? BRIEF_MILLIS : LONG_MILLIS;
  }

  private void lasts(EngineModel.Secret secret, ModelStep step) {
    secret.earliestNanos = before + ttlMillis(step) * MILLI;
    secret.latestNanos = after + ttlMillis(step) * MILLI;
  }

  private void look(ModelStep step) {
    boolean all = step.owner() >= EngineModel.UIDS.length;
    long owner = all ? -1 : EngineModel.UIDS[step.owner()];
    EngineModel.Secret[] found = new EngineModel.Secret[1];
    Answer answer =
        expect(
            step,
            step.kind() + " " + name(step) + (all ? "" : " owner=" + owner),
            null,
            () -> found[0] = model.readable(EngineModel.UIDS[step.who()], name(step), owner));
    if (answer == null) {
      return;
    }
    EngineModel.Secret secret = found[0];
    assertEquals(secret.version, answer.number("version"), "version");
    assertEquals(secret.value.length, answer.number("size"), "size");
    assertEquals(secret.key.owner(), answer.number("owner"), "owner");
    long ttl = answer.number("ttl_ms");
    assertTrue(ttl >= (secret.earliestNanos - after) / MILLI, "ttl_ms " + ttl);
    assertTrue(ttl <= (secret.latestNanos - before) / MILLI + 1, "ttl_ms " + ttl);
    if (step.kind() == ModelStep.Kind.GET) {
      assertArrayEquals(secret.value, answer.body(), "value");
      model.read(secret);
    } else {
      assertEquals(secret.reads, answer.number("reads"), "reads");
      String left = secret.readsLimit == 0 ? "-" : "" + (secret.readsLimit - secret.reads);
      assertEquals(left, answer.field("reads_left"));
    }
  }

  private void touch(ModelStep step) {
    EngineModel.Secret[] found = new EngineModel.Secret[1];
    Answer answer =
        expect(
            step,
            "TOUCH " + name(step) + " " + ttlMillis(step),
            null,
            () -> found[0] = model.touchable(key(step)));
    if (answer != null) {
      assertEquals(ttlMillis(step), answer.number("ttl_ms"));
      lasts(found[0], step);
    }
  }

  private void grant(ModelStep step) {
    int bits = Math.max(1, step.grants()); // at least one is named
    int[] left = new int[1];
    boolean more = step.kind() == ModelStep.Kind.GRANT;
    Answer answer =
        expect(
            step,
            step.kind() + " " + name(step) + " " + grants(bits),
            null,
            () -> left[0] = more ? model.grant(key(step), bits) : model.revoke(key(step), bits));
    if (answer != null) {
      assertEquals(left[0], answer.number("grants"));
    }
  }

  private void rename(ModelStep step) {
    String name = "n" + step.owner() % 3;
    Key to = new Key(EngineModel.UIDS[step.who()], name);
    long[] version = new long[1];
    Answer answer =
        expect(
            step,
            "RENAME " + name(step) + " " + name,
            null,
            () -> version[0] = model.rename(key(step), to));
    if (answer != null) {
      assertEquals(version[0], answer.number("version"));
    }
  }

  private void list(ModelStep step) {
    Answer answer = expect(step, "LIST", null, () -> {});
    if (answer == null) {
      return;
    }
    List<String> listed = new ArrayList<>();
    for (String line : answer.bodyText().split("\n")) {
      Matcher matcher = LISTED.matcher(line);
      assertTrue(line.isEmpty() || matcher.matches(), line);
      if (!line.isEmpty()) {
        listed.add(matcher.replaceAll("$1/$2/$3/$4/$5"));
      }
    }
    assertEquals(model.list(EngineModel.UIDS[step.who()]), listed);
    assertEquals(listed.size(), answer.number("count"));
  }

  private void lock(ModelStep step) {
    expect(step, "LOCK", null, () -> model.lock(EngineModel.UIDS[step.who()]));
    assertEquals(model.isLocked() ? 1 : 0, call(0, "HELLO", null).number("locked"));
  }

  private void unlock(ModelStep step) {
    byte[] mnemonic = MNEMONIC.getBytes(StandardCharsets.US_ASCII);
    expect(step, "UNLOCK", mnemonic, () -> model.unlock(EngineModel.UIDS[step.who()]));
    assertEquals(model.isLocked() ? 1 : 0, call(0, "HELLO", null).number("locked"));
  }
}
