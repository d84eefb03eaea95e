package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.cli.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {

  @Test
  void takesOptionsAnywhereInBothForms() throws Exception {
    Arguments put =
        parse("--socket", "/a b", "put", "--ttl=10m", "name", "--allow", "uid:1", "--allow=gid:2");
    assertSame(CtlSyntax.PUT, put.command());
    assertEquals("name", put.operand());
    assertEquals("/a b", put.value(CtlSyntax.SOCKET));
    assertEquals("10m", put.value(CtlSyntax.TTL));
    assertEquals(List.of("uid:1", "gid:2"), put.values(CtlSyntax.ALLOW));
    assertFalse(put.has(CtlSyntax.ONCE));
    assertNull(put.value(CtlSyntax.READS));
  }

  @Test
  void takesCommonOptionsAfterTheCommandToo() throws Exception {
    assertEquals("/s", parse("get", "name", "--socket", "/s").value(CtlSyntax.SOCKET));
    assertEquals("5", parse("ls", "--agent-uid=5").value(CtlSyntax.AGENT_UID));
  }

  @Test
  void takesEverythingAfterTwoHyphensForOperands() throws Exception {
    assertEquals(List.of("--once", "--"), parse("rm", "--", "--once", "--").operands());
    assertEquals(List.of("-"), parse("get", "-").operands());
  }

  @Test
  void knowsHowManyWordsFollowAnOperand() throws Exception {
    assertEquals(0, parse("put", "name=v").wordsAfterOperand(0));
    assertEquals(3, parse("put", "name=v", "--ttl", "1s", "--once").wordsAfterOperand(0));
  }

  @Test
  void findsHelpWhateverElseIsWrong() throws Exception {
    assertTrue(parse("--help").help());
    assertTrue(parse("put", "--nonsense", "-h").help());
    assertSame(CtlSyntax.PUT, parse("put", "--help", "a", "b").command());
    assertNull(parse("nonsense", "--help").command());
    assertFalse(parse("get", "--", "name").help());
    assertTrue(parse("--version").version());
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    assertEquals("a command is needed; 'secmemctl --help' lists them", refusal());
    assertEquals("no such command: 'gte'; 'secmemctl --help' lists them", refusal("gte"));
    assertEquals("get needs NAME; see 'secmemctl get --help'", refusal("get"));
    assertEquals("too many operands: 'b'; see 'secmemctl get --help'", refusal("get", "a", "b"));
    assertEquals(
        "too many operands; the value is given on standard input; see 'secmemctl put --help'",
        refusal("put", "name", "hunter2"));
    assertEquals("unknown option --ttl; see 'secmemctl get --help'", refusal("get", "--ttl", "1s"));
    assertEquals("unknown option --ttl; see 'secmemctl --help'", refusal("--ttl", "1s", "put"));
    assertEquals("unknown option -x; see 'secmemctl get --help'", refusal("get", "-x"));
    assertEquals(
        "--ttl needs a value: --ttl TIME; see 'secmemctl put --help'",
        refusal("put", "n", "--ttl"));
    assertEquals(
        "--ttl needs a value that is not empty; see 'secmemctl put --help'",
        refusal("put", "n", "--ttl="));
    assertEquals(
        "--ttl is given twice; see 'secmemctl put --help'",
        refusal("put", "n", "--ttl", "1s", "--ttl=1s"));
    assertEquals(
        "--once takes no value; see 'secmemctl put --help'", refusal("put", "n", "--once=1"));
  }

  @Test
  void readsNumbersWithinTheirBounds() throws Exception {
    assertEquals(-1, parse("put", "n").number(CtlSyntax.READS, 1, 10));
    assertEquals(10, parse("put", "n", "--reads", "10").number(CtlSyntax.READS, 1, 10));
    for (String bad : new String[] {"0", "11", "-1", "+1", "01", "x", "99999999999999999999"}) {
      Arguments put = parse("put", "n", "--reads=" + bad);
      assertThrows(UsageException.class, () -> put.number(CtlSyntax.READS, 1, 10), bad);
    }
  }

  @Test
  void theCommandsWordIsFoundInALineThatIsWrongToo() throws Exception {
    for (String[] line :
        new String[][] {
          {"get", "x"}, {"--socket", "exec", "get", "exec"}, {"--agent-uid=1", "get", "x"},
        }) {
      assertSame(Arguments.parse(line.clone()).command(), CtlSyntax.command("get"));
      assertEquals("get", Arguments.commandWord(line));
    }
    assertEquals("exec", Arguments.commandWord(new String[] {"exec", "--nonsense"}));
    assertNull(Arguments.commandWord(new String[] {"--socket"}));
    assertNull(Arguments.commandWord(new String[] {}));
  }

  @Test
  void everyOptionAndCommandIsInTheHelp() throws UsageException {
    String all = Help.usage(null);
    String completion = Help.completion("bash");
    for (CommandSyntax command : CtlSyntax.all()) {
      assertTrue(all.contains("\n  " + command.name + " "), command.name);
      String usage = Help.usage(command);
      for (CommandOption option : command.options) {
        assertTrue(usage.contains(option.name), () -> command.name + " " + option.name);
      }
      for (CommandOption option : CtlSyntax.COMMON) {
        assertTrue(usage.contains(option.name), () -> command.name + " " + option.name);
        assertTrue(completion.contains(option.name), option.name);
      }
    }
  }

  private static Arguments parse(String... line) throws UsageException {
    return Arguments.parse(line);
  }

  private static String refusal(String... line) {
    return assertThrows(UsageException.class, () -> Arguments.parse(line)).getMessage();
  }
}
