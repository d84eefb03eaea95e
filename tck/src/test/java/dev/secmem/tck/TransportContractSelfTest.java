package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.api.transport.TransportServer;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport contracts catch what breaks them. */
final class TransportContractSelfTest {
  private static String broken;

  /** Not found by the build's own scan, which leaves nested classes out. */
  static final class Server extends TransportContract {
    @Override
    protected TransportProvider provider() {
      return new FakeTransport(broken);
    }

    @Override
    protected String address() {
      return "server-" + System.identityHashCode(this);
    }

    @Override
    protected int inheritedDescriptor() {
      return FakeTransport.give(address());
    }
  }

  /** The other half. */
  static final class Messages extends TransportMessageContract {
    @Override
    protected TransportProvider provider() {
      return new FakeTransport(broken);
    }

    @Override
    protected String address() {
      return "messages-" + System.identityHashCode(this);
    }
  }

  @BeforeAll
  static void faultsThatHangDoSoShortly() {
    System.setProperty("tck.hangMillis", "2000");
  }

  @AfterAll
  static void everyoneElseWaitsLonger() {
    System.clearProperty("tck.hangMillis");
  }

  @Test
  void everyRuleHasItsTest() throws IOException {
    KitAssert.assertRulesMatch(
        TransportContract.class,
        TransportServer.class,
        TransportProvider.class,
        RequestHandler.class);
    KitAssert.assertRulesMatch(
        TransportMessageContract.class, Request.class, Body.class, Reply.class, SecretClient.class);
  }

  @Test
  void aCorrectTransportFailsNoRule() {
    broken = "";
    everyoneElseWaitsLonger(); // this one does not hang, whatever else the machine does
    try {
      assertEquals(Set.of(), KitAssert.failedRules(Server.class));
      assertEquals(Set.of(), KitAssert.failedRules(Messages.class));
    } finally {
      faultsThatHangDoSoShortly();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TR-01", "TR-02", "TR-03", "TR-04", "TR-05", "TR-06", "TR-07", "TR-08", "TR-09", "TR-21",
        "TR-22", "TR-23"
      })
  void aServerThatBreaksARuleFailsIt(String rule) {
    broken = rule;
    Set<String> failed = KitAssert.failedRules(Server.class);
    assertTrue(failed.contains(rule), rule + " broken, failed: " + failed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TR-10", "TR-11", "TR-12", "TR-13", "TR-14", "TR-15", "TR-16", "TR-17", "TR-18", "TR-19",
        "TR-20"
      })
  void aMessageThatBreaksARuleFailsIt(String rule) {
    broken = rule;
    Set<String> failed = KitAssert.failedRules(Messages.class);
    assertTrue(failed.contains(rule), rule + " broken, failed: " + failed);
  }
}
