package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DotenvTest {

  @Test
  void plainValues() throws Exception {
    assertEquals("A=[1]", parsed("A=1"));
    assertEquals("A=[1]B=[two words]", parsed("A=1\r\n  B = two words \t\r\n\r\n"));
    assertEquals("A=[]B=[]C=[]", parsed("A=\nB= \nC=  # comment\n"));
    assertEquals("A=[b#c]D=[$X ${Y} `z` \\n]", parsed("A=b#c # comment\nD=$X ${Y} `z` \\n"));
    assertEquals("A=[#b]", parsed("A=#b"));
    assertEquals("A=[it's \"so\"]", parsed("A=it's \"so\""));
    assertEquals("A=[=b==]", parsed("A==b=="));
    assertEquals("A=[\377\0]", parsed("A=\377\0"));
    assertEquals("A=[a\rb]", parsed("A=a\rb"));
  }

  @Test
  void keys() throws Exception {
    assertEquals("A=[1]export=[2]exportB=[3]", parsed("export A=1\nexport=2\nexportB=3"));
    assertEquals("_a.b-c9=[1]", parsed("\t_a.b-c9=1"));
    assertEquals("A=[1]", parsed("\357\273\277A=1"));
    assertEquals("", parsed("\n# A=1\n   # B\n\n\t\n"));
  }

  @Test
  void quotedValues() throws Exception {
    assertEquals("A=[ $x \\n # ]B=[]", parsed("A=' $x \\n # ' # c\nB=''\n"));
    assertEquals("A=[one\ntwo\n]B=[x]", parsed("A='one\ntwo\n'\nB=x"));
    assertEquals("A=[\n\r\t\\\"$`\\q']", parsed("A=\"\\n\\r\\t\\\\\\\"\\$\\`\\q'\""));
    assertEquals("A=[one\r\ntwo]", parsed("A=\"one\r\ntwo\"\r\n"));
  }

  @Test
  void refusesTheRestAndRepeatsNothingOfIt() {
    refused("line 1", "hunter2");
    refused("line 3", "A=1\n\nhunter2 x=1");
    refused("line 1", "=hunter2");
    refused("line 1", "9hunter2=1");
    refused("line 1", "hunter2/x=1");
    refused("line 2", "A=1\nB='hunter2\n\n");
    refused("line 1", "A=\"hunter2\\\"");
    refused("line 4", "A='1\n2\n3'\nB='1'hunter2");
    refused("line 1", "export hunter2");
  }

  @Test
  void quotedAsAShellWouldEveryValueComesBack() throws Exception {
    Random random = new Random(23);
    for (int i = 0; i < 3000; i++) {
      StringBuilder value = new StringBuilder();
      StringBuilder written = new StringBuilder("K=\"");
      for (int length = random.nextInt(20); length > 0; length--) {
        char c =
            random.nextBoolean()
                ? "\\\"'$`\n\r#= n".charAt(random.nextInt(11))
                : (char) random.nextInt(256);
        value.append(c);
        written.append(c == '\\' || c == '"' || c == '$' || c == '`' ? "\\" : "").append(c);
      }
      assertEquals("K=[" + value + "]", parsed(written + "\"\n"));
      if (value.indexOf("'") < 0) {
        assertEquals("K=[" + value + "]", parsed("export K='" + value + "'"));
      }
    }
  }

  private static String parsed(String text) throws CtlException {
    ByteBuffer bytes = Native.direct(text);
    StringBuilder parsed = new StringBuilder();
    for (ImportedSecret secret : Dotenv.parse(bytes)) {
      String value = Native.text(bytes.slice(secret.from, secret.to - secret.from));
      parsed.append(secret.key).append("=[").append(value).append(']');
    }
    return parsed.toString();
  }

  private static void refused(String message, String text) {
    CtlException e =
        assertThrows(CtlException.class, () -> Dotenv.parse(Native.direct(text)), text);
    assertTrue(e.getMessage().contains(message), e.getMessage() + " for " + text);
    assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
  }
}
