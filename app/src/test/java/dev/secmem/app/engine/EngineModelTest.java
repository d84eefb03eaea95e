package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.app.TestPlugins;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/** Random sequences of requests of several uids, whose every answer a simple model foretells. */
final class EngineModelTest {
  private static int finished;
  private static int heldUp;
  private static int requests;

  @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
  void theEngineAnswersAsTheModelDoes(@ForAll("steps") List<ModelStep> steps) throws Exception {
    run("memfd", steps);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void theEngineAnswersAsTheModelDoesWithTheOtherStore(@ForAll("steps") List<ModelStep> steps)
      throws Exception {
    run("heapless", steps);
  }

  @AfterContainer
  static void mostSequencesCameToTheirEnd() {
    assertTrue(finished > heldUp, finished + " to the end, " + heldUp + " on a machine too slow");
    assertTrue(requests > 3000, requests + " requests");
  }

  private static void run(String store, List<ModelStep> steps) throws Exception {
    try (Engine engine = open(store)) {
      engine.start();
      ModelRun run = new ModelRun(engine);
      requests += steps.size();
      if (run.all(steps)) {
        finished++;
      } else {
        heldUp++;
      }
    }
  }

  private static Engine open(String name) throws Exception {
    SecretStoreProvider store = TestPlugins.named(SecretStoreProvider.class, name);
    EngineOptions options = EngineOptions.DEFAULTS;
    return Engine.open(
        options,
        new KeyOptions(KeyOptions.Root.MNEMONIC, Set.of(EngineModel.UIDS[1]), false, 0),
        Parts.IDENTITY,
        Parts.PROTECTIONS,
        EngineMemory.open(options.maxSecretSize()),
        Parts.plugins(store, Parts.cipher()),
        new Admission(Set.of(EngineModel.UIDS[1], EngineModel.UIDS[2]), Set.of(), null),
        (bytes, length) -> {});
  }

  @Provide
  Arbitrary<List<ModelStep>> steps() {
    Arbitrary<ModelStep.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(10, ModelStep.Kind.PUT),
            Tuple.of(10, ModelStep.Kind.GET),
            Tuple.of(4, ModelStep.Kind.STAT),
            Tuple.of(4, ModelStep.Kind.TOUCH),
            Tuple.of(4, ModelStep.Kind.DEL),
            Tuple.of(3, ModelStep.Kind.GRANT),
            Tuple.of(3, ModelStep.Kind.REVOKE),
            Tuple.of(3, ModelStep.Kind.RENAME),
            Tuple.of(3, ModelStep.Kind.LIST),
            Tuple.of(1, ModelStep.Kind.LOCK),
            Tuple.of(3, ModelStep.Kind.UNLOCK),
            Tuple.of(1, ModelStep.Kind.WAIT));
    Arbitrary<Boolean> brief = Arbitraries.frequency(Tuple.of(9, false), Tuple.of(1, true));
    Arbitrary<Integer> conditions =
        Arbitraries.frequency(Tuple.of(6, 0), Tuple.of(1, 1), Tuple.of(1, 2), Tuple.of(1, 3));
    Arbitrary<Integer> grants =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(0)), Tuple.of(3, Arbitraries.integers().between(0, 63)));
    Arbitrary<Integer> three = Arbitraries.integers().between(0, 2);
    Arbitrary<ModelStep> request =
        Combinators.combine(
                kinds,
                three,
                three,
                Arbitraries.integers().between(0, 7),
                brief,
                Arbitraries.frequency(Tuple.of(3, 0), Tuple.of(1, 1), Tuple.of(1, 2)),
                conditions,
                grants)
            .as(
                (kind, who, name, owner, isBrief, reads, condition, grant) ->
                    new ModelStep(
                        kind, who, name, owner, isBrief, reads, condition, grant, name + owner));
    return request
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  @Property(tries = 1)
  void theModelFailsWhereTheEngineIsWrong() throws Exception {
    try (Engine engine = open("memfd")) {
      engine.start();
      ModelRun run = new ModelRun(engine);
      run.behindItsBack("PUT n0 60000", new byte[] {1});
      AssertionError failure = null;
      try {
        run.all(List.of(new ModelStep(ModelStep.Kind.GET, 0, 0, 9, false, 0, 0, 0, 0)));
      } catch (AssertionError e) {
        failure = e;
      }
      assertTrue(failure != null, "positive control");
    }
  }
}
