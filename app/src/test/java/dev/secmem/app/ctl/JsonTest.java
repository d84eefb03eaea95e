package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

  @Test
  void readsWhatAgentsWrite() {
    Map<String, Object> object =
        Json.object(
            "{\"name\":\"a/b\",\"n\":-7,\"none\":null,\"yes\":true,\"no\":false,"
                + "\"list\":[\"uid:1\",2],\"empty\":[],\"in\":{\"x\":{}},\"quote\":\"\\\"\\u0041\"}");
    assertEquals("a/b", object.get("name"));
    assertEquals(-7L, object.get("n"));
    assertEquals(null, object.get("none"));
    assertEquals(true, object.get("yes"));
    assertEquals(List.of("uid:1", 2L), object.get("list"));
    assertEquals(Map.of("x", Map.of()), object.get("in"));
    assertEquals("\"A", object.get("quote"));
    assertEquals("name", object.keySet().iterator().next(), "keys keep their order");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "1",
        "{}x",
        "{} ",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 }",
        "{a:1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1.5}",
        "{\"a\":+1}",
        "{\"a\":nul}",
        "{\"a\":\"",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u00\"}",
        "{\"a\":\"\\u00zz\"}",
        "{\"a\":[1,]}",
        "{\"a\":99999999999999999999}"
      })
  void refusesEverythingElse(String text) {
    assertThrows(IllegalArgumentException.class, () -> Json.object(text));
  }

  @Test
  void refusesEndlessNesting() {
    String deep = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);
    assertThrows(IllegalArgumentException.class, () -> Json.object(deep));
  }
}
