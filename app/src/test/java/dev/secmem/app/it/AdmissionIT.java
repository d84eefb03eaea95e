package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Who is let in: never everybody. */
class AdmissionIT {

  private static String code(AgentProcess agent, long uid, long gid) {
    try (RawClient client = agent.connectAs(uid, gid)) {
      Reply first = client.ask("HELLO");
      return first.code();
    } catch (AssertionError e) {
      return "denied before it could ask";
    }
  }

  private static boolean isIn(AgentProcess agent, long uid, long gid) {
    return code(agent, uid, gid).equals("ok");
  }

  @Test
  void withoutAListOnlyTheAgentsOwnUidIsAdmittedNotEvenRoot() {
    Needs.otherUids();
    try (AgentProcess agent = AgentProcess.with("--socket-mode", "666").uid(7001).start()) {
      assertTrue(isIn(agent, 7001, 7001));
      assertTrue(!isIn(agent, 0, 0));
      assertTrue(!isIn(agent, 7002, 7001));
    }
  }

  @Test
  void groupsAdmitAndTogetherWithUidsBothMustHold() {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with("--allow-gid", "7100").start()) {
      assertTrue(isIn(agent, 7001, 7100));
      assertTrue(!isIn(agent, 7001, 7001));
      assertTrue(isIn(agent, 0, 0), "the agent's own uid always");
    }
    try (AgentProcess agent =
        AgentProcess.with("--allow-gid", "7100", "--allow-uid", "7001").start()) {
      assertTrue(isIn(agent, 7001, 7100));
      assertTrue(!isIn(agent, 7001, 7001));
      assertTrue(!isIn(agent, 7002, 7100));
    }
  }

  @Test
  void theUidOfUnmappedUsersCannotBeAdmitted() {
    for (String option : new String[] {"--allow-uid", "--allow-gid"}) {
      for (String id : new String[] {"65534", "4294967295", "-1", "root", ""}) {
        Programs.Result result = Programs.run(Distribution.agent(), option, id);
        assertEquals(2, result.code(), option + " " + id + ": " + result.err());
      }
    }
  }
}
