package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What whoami and explain print for people. */
final class IdentityCommandsTest {
  @Test
  void whoami() {
    assertEquals(
        """
        uid      1000
        gid      1000
        groups   1000 27
        pid      42
        exe      /opt/a b
        session  -
        """,
        IdentityCommands.who(
            Json.object(
                "{\"uid\":1000,\"gid\":1000,\"groups\":[1000,27],\"pid\":42,"
                    + "\"exe\":\"/opt/a%20b\",\"session\":null}")));
  }

  @Test
  void explain() {
    assertEquals(
        """
        process 42 of uid 33 cannot read k
        is admitted            yes
        is of the owner's uid  no
        grant uid:33           yes
        grant exe:/a b         no: exe:/a b: it runs another program
        bind session           no: it is of another login session
        """,
        IdentityCommands.explanation(
            Json.object(
                "{\"name\":\"k\",\"pid\":42,\"uid\":33,\"admitted\":true,\"owner\":false,"
                    + "\"readable\":false,\"grants\":["
                    + "{\"grant\":\"uid:33\",\"matches\":true,\"why_not\":null},"
                    + "{\"grant\":\"exe:/a%20b\",\"matches\":false,"
                    + "\"why_not\":\"exe:/a%20b: it runs another program\"}],"
                    + "\"bind\":{\"bind\":\"session\",\"matches\":false,"
                    + "\"why_not\":\"it is of another login session\"}}")));
  }
}
