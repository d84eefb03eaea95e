package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class TemplateTest {

  @Test
  void findsBothForms() throws Exception {
    assertEquals("a=<db/pw>;", filled("a={{ secmem:db/pw }};"));
    assertEquals("<x><y><z>", filled("{{secmem:x}}{{\t secmem:\ty}}{{ secmem://z }}"));
    assertEquals("u:<db/pw>, (<k>)", filled("u:secmem://db/pw, (secmem://k)"));
    assertEquals("\"<a.b@c:d+e_f-g>\"", filled("\"secmem://a.b@c:d+e_f-g\""));
    assertEquals("p://u:<pw>@host/x", filled("p://u:{{ secmem:pw }}@host/x"));
  }

  @Test
  void leavesEverythingElseAsItIs() throws Exception {
    for (String text :
        new String[] {
          "",
          "{",
          "{{",
          "{{}}",
          "{{ other }} {{ .Values.x }}",
          "secmem:x secmem:/x SECMEM://x",
          "{{{ x }}}",
          "\0\377\r\n",
          "{{ secme",
          "sec{{mem:x}}"
        }) {
      assertEquals(text, filled(text));
    }
    assertEquals("{<x>}", filled("{{{ secmem:x }}}"));
  }

  @Test
  void refusesWhatIsMeantForItAndWrong() {
    refused("line 1", "{{ secmem: }}");
    refused("line 2", "\n{{ secmem:a b }}");
    refused("line 3", "\n\n{{ secmem:a");
    refused("line 1", "{{ secmem:a }");
    refused("line 1", "{{ secmem:ä }}");
    refused("line 2", "x\nsecmem:// ");
    refused("200", "secmem://" + "a".repeat(201));
  }

  @Test
  void noTextIsTooOddForIt() {
    String[] pieces = {"{{", "}}", " ", "secmem:", "secmem://", "a", "/", "\n", "\377", "{", "\0"};
    Random random = new Random(17);
    int parsed = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int count = random.nextInt(12); count > 0; count--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        Template template = Template.parse(Native.latin(text.toString()));
        int at = 0;
        for (Template.Place place : template.places()) {
          assertEquals(true, at <= place.from && place.from < place.to, text::toString);
          at = place.to;
        }
        parsed++;
      } catch (CtlException e) {
        assertEquals(ExitCode.FAILED, e.exitCode());
      }
    }
    assertEquals(true, parsed > 1000);
  }

  private static String filled(String text) throws CtlException {
    Template template = Template.parse(Native.latin(text));
    StringBuilder filled = new StringBuilder();
    int at = 0;
    for (Template.Place place : template.places()) {
      filled.append(text, at, place.from).append('<').append(place.name).append('>');
      at = place.to;
    }
    return filled + text.substring(at);
  }

  private static void refused(String message, String text) {
    CtlException e =
        assertThrows(CtlException.class, () -> Template.parse(Native.latin(text)), text);
    assertEquals(true, e.getMessage().contains(message), e.getMessage());
  }
}
