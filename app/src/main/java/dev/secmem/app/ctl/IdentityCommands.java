package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The commands that show who somebody is in the agent's eyes: whoami, explain. */
final class IdentityCommands {
  private static final int MAX_PID = 4_194_304;

  private IdentityCommands() {}

  static void whoami(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery who = client.whoami()) {
      if (arguments.has(CtlSyntax.JSON)) {
        DeliveryOutput.copy(who, Stdout.INSTANCE);
      } else {
        Stdout.write(who(Json.object(ReportCommands.text(who).strip())));
      }
    }
  }

  static String who(Map<String, Object> facts) {
    Table table = new Table();
    for (Map.Entry<String, Object> fact : facts.entrySet()) {
      table.add(fact.getKey(), word(fact.getValue()));
    }
    return table.text();
  }

  private static String word(Object value) {
    if (value instanceof List<?> list) {
      return String.join(" ", list.stream().map(String::valueOf).toList());
    }
    return value == null ? "-" : GrantText.forPeople(value.toString());
  }

  static void explain(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String name = Arguments.checkedName(arguments.operand());
    long pid = arguments.number(CtlSyntax.PID, 1, MAX_PID);
    if (pid < 0) {
      throw new UsageException("explain needs --pid P" + arguments.seeHelp());
    }
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery explanation = client.explain(name, pid)) {
      if (arguments.has(CtlSyntax.JSON)) {
        DeliveryOutput.copy(explanation, Stdout.INSTANCE);
      } else {
        Stdout.write(explanation(Json.object(ReportCommands.text(explanation).strip())));
      }
    }
  }

  static String explanation(Map<String, Object> facts) {
    boolean readable = facts.get("readable").equals(true);
    Table table = new Table();
    table.add("is admitted", yesOrNo(facts.get("admitted")));
    table.add("is of the owner's uid", yesOrNo(facts.get("owner")));
    if (facts.get("grants") instanceof List<?> grants) {
      for (Object grant : grants) {
        add(table, "grant", (Map<?, ?>) grant);
      }
    }
    if (facts.get("bind") instanceof Map<?, ?> bind) {
      add(table, "bind", bind);
    }
    return String.format(
            java.util.Locale.ROOT,
            "process %s of uid %s %s read %s%n",
            facts.get("pid"),
            facts.get("uid"),
            readable ? "can" : "cannot",
            facts.get("name"))
        + table.text();
  }

  private static void add(Table table, String what, Map<?, ?> verdict) {
    Object why = verdict.get("why_not");
    table.add(
        what + " " + GrantText.forPeople(String.valueOf(verdict.get(what))),
        why == null ? "yes" : "no: " + GrantText.forPeople(why.toString()));
  }

  private static String yesOrNo(Object answer) {
    return answer.equals(true) ? "yes" : "no";
  }
}
