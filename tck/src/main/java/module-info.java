/**
 * Contract tests, one abstract class for each provider interface. A plugin extends the class for
 * its interface and says how to make the provider; every rule of the interface's class comment is
 * one test method that carries the rule's id.
 */
module dev.secmem.tck {
  requires transitive dev.secmem.api;
  requires transitive org.junit.jupiter.api;

  exports dev.secmem.tck;
}
