package dev.secmem.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of the design, over the classes of all modules that the application runs with. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES = OwnModules.classes();

  private static final String API = "dev.secmem.api..";
  private static final String LINUX = "dev.secmem.linux..";
  private static final String APP = "dev.secmem.app..";

  /** The plugins' packages; one more module of ours that is not listed here fails a test. */
  private static final List<String> PLUGINS =
      List.of(
          "dev.secmem.store.memfd",
          "dev.secmem.store.heapless",
          "dev.secmem.crypto.openssl",
          "dev.secmem.crypto.tink",
          "dev.secmem.crypto.bc",
          "dev.secmem.transport.uds");

  /** Others' packages, each with the one module that may use it; null: none may. */
  private static final Map<String, String> CONFINED =
      Map.of(
          "com.kenai.jffi..", LINUX,
          "org.newsclub..", "dev.secmem.transport.uds..",
          "org.bouncycastle..", "dev.secmem.crypto.bc..",
          "com.google.crypto.tink..", "dev.secmem.crypto.tink..",
          "picocli..", APP);

  /** Who may use standard streams, and why. */
  private static final Map<String, String> STREAM_USERS =
      Map.of("dev.secmem.app.agent.AgentMain", "answers --help and refuses to start, as a command");

  @Test
  void theImportIsNotEmpty() {
    // Without this every rule below would hold for no classes at all.
    assertTrue(CLASSES.size() > 200, "only " + CLASSES.size() + " classes were found");
    for (String module :
        List.of(
            "api",
            "linux",
            "store.memfd",
            "store.heapless",
            "crypto.openssl",
            "crypto.tink",
            "crypto.bc",
            "transport.uds",
            "app")) {
      String name = OwnModules.ROOT + module;
      assertTrue(OwnModules.all().containsKey(name), name + " is not on the test's paths");
      long count = CLASSES.stream().filter(type -> inPackage(type, name)).count();
      assertTrue(count >= 3, name + " has only " + count + " classes");
    }
  }

  @Test
  void everyModuleIsOneThatTheseRulesKnow() {
    for (String name : OwnModules.all().keySet()) {
      boolean core = Set.of("dev.secmem.api", "dev.secmem.linux", "dev.secmem.app").contains(name);
      assertTrue(core || PLUGINS.contains(name), name + " is new: add it to the rules");
    }
  }

  @Test
  void everyPackageBeginsWithItsModulesName() {
    OwnModules.all()
        .forEach(
            (name, module) -> {
              Set<String> packages = module.reference().descriptor().packages();
              assertFalse(packages.isEmpty(), name + " has no packages");
              for (String each : packages) {
                assertTrue(
                    each.equals(name) || each.startsWith(name + "."), name + " contains " + each);
              }
            });
  }

  @Test
  void apiSeesNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage(API)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(API, "java..")
        .check(CLASSES);
  }

  @Test
  void linuxSeesNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage(LINUX)
        .should()
        .dependOnClassesThat(resideInAPackage("dev.secmem..").and(resideOutsideOfPackages(LINUX)))
        .check(CLASSES);
  }

  @Test
  void pluginsNeverSeeEachOtherOrTheApplication() {
    for (String plugin : PLUGINS) {
      String[] allowed = {plugin + "..", API, LINUX};
      noClasses()
          .that()
          .resideInAPackage(plugin + "..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.secmem..").and(resideOutsideOfPackages(allowed)))
          .allowEmptyShould(!OwnModules.all().containsKey(plugin))
          .check(CLASSES);
    }
  }

  @Test
  void theApplicationDependsOnNoPlugin() {
    String[] packages = PLUGINS.stream().map(name -> name + "..").toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(APP)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .check(CLASSES);
  }

  @Test
  void theApplicationNamesNoPluginNotEvenInAString() throws IOException {
    int read = 0;
    for (JavaClass type : CLASSES.that(resideInAPackage(APP))) {
      String bytes = text(type);
      for (String plugin : PLUGINS) {
        assertFalse(bytes.contains(plugin), type.getName() + " names " + plugin);
        assertFalse(bytes.contains(plugin.replace('.', '/')), type.getName() + " names " + plugin);
      }
      read++;
    }
    assertTrue(read > 80, "only " + read + " class files were read");
  }

  @Test
  void othersLibrariesAreUsedByOneModuleEach() {
    CONFINED.forEach(
        (library, user) ->
            noClasses()
                .that()
                .resideOutsideOfPackage(user)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES));
    noClasses().should().dependOnClassesThat().resideInAPackage("jnr..").check(CLASSES);
  }

  @Test
  void othersLibrariesThatAreConfinedAreReallyUsed() {
    // A rule about a package that nobody uses, or that is misspelt, would hold for nothing.
    for (String used :
        List.of("com.kenai.jffi", "org.bouncycastle", "com.google.crypto.tink", "picocli")) {
      assertTrue(
          CLASSES.stream()
              .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
              .anyMatch(dependency -> inPackage(dependency.getTargetClass(), used)),
          used);
    }
  }

  @Test
  void packagesOfAModuleHaveNoCycles() {
    slices().assignedFrom(new OwnPackages()).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void standardStreamsAreForTheCommandLine() {
    noClasses().that(areNoCommandLine()).should(useStandardStreams()).check(CLASSES);
    STREAM_USERS.keySet().forEach(name -> assertTrue(CLASSES.contain(name), name));
  }

  @Test
  void theRuleOnStandardStreamsSeesTheCommandLine() {
    // The positive control: the same condition finds the classes that may.
    for (String name : STREAM_USERS.keySet()) {
      assertEquals(
          1,
          CLASSES.get(name).getFieldAccessesFromSelf().stream()
              .filter(ArchitectureTest::isStandardStream)
              .map(JavaFieldAccess::getOriginOwner)
              .distinct()
              .count(),
          name);
    }
  }

  @Test
  void byteArraysAreNotComparedInATimeThatTells() {
    noClasses()
        .should()
        .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
        .check(CLASSES);
  }

  @Test
  void nobodyEndsTheProcessButTheProgramsThemselves() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.secmem.app.ctl..", "dev.secmem.app.agent..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> areNoCommandLine() {
    return DescribedPredicate.describe(
        "are outside the command line",
        type ->
            !inPackage(type, "dev.secmem.app.ctl") && !STREAM_USERS.containsKey(type.getName()));
  }

  private static ArchCondition<JavaClass> useStandardStreams() {
    return new ArchCondition<>("use System.in, out, err or a stack trace's printing") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getFieldAccessesFromSelf().stream()
            .filter(ArchitectureTest::isStandardStream)
            .forEach(use -> events.add(SimpleConditionEvent.satisfied(use, use.getDescription())));
        type.getMethodCallsFromSelf().stream()
            .filter(call -> call.getTarget().getName().equals("printStackTrace"))
            .forEach(use -> events.add(SimpleConditionEvent.satisfied(use, use.getDescription())));
      }
    };
  }

  private static boolean isStandardStream(JavaFieldAccess access) {
    return access.getTargetOwner().isEquivalentTo(System.class)
        && Set.of("in", "out", "err").contains(access.getTarget().getName());
  }

  private static boolean inPackage(JavaClass type, String name) {
    return type.getPackageName().equals(name) || type.getPackageName().startsWith(name + ".");
  }

  private static String text(JavaClass type) throws IOException {
    try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Each package of ours is a slice. */
  private static final class OwnPackages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith(OwnModules.ROOT)
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
