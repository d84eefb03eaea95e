package dev.secmem.app.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CallerEnvironmentTest {

  @Test
  void whatWasCutIntoPiecesIsWholeAgain() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      List<String> callers = new ArrayList<>();
      StringBuilder block = new StringBuilder();
      for (int i = random.nextInt(5); i > 0; i--) {
        StringBuilder variable = new StringBuilder("V" + i + "%=");
        for (int length = random.nextInt(40); length > 0; length--) {
          variable.append((char) (1 + random.nextInt(255)));
        }
        callers.add(variable.toString());
        block.append(variable).append('\0');
      }
      String text = Base64.getEncoder().encodeToString(latin(block.toString()));
      List<byte[]> variables = new ArrayList<>(List.of(latin("LC_ALL=C.UTF-8")));
      int pieces = 0;
      for (int at = 0; at < text.length(); at += 8) {
        String piece = text.substring(at, Math.min(text.length(), at + 8));
        variables.add(latin("SECMEM_ENVIRON_" + pieces++ + "=" + piece));
      }
      assertEquals(callers, texts(CallerEnvironment.joined(variables, pieces)));
    }
  }

  @Test
  void aPieceThatIsMissingIsNoEnvironment() {
    List<byte[]> one = List.of(latin("SECMEM_ENVIRON_0=QT0xAA=="));
    assertEquals(List.of("A=1"), texts(CallerEnvironment.joined(one, 1)));
    assertThrows(IllegalStateException.class, () -> CallerEnvironment.joined(one, 2));
  }

  @Test
  void aVariableIsSetInItsPlaceOrTakenOut() {
    List<byte[]> variables = List.of(latin("A=1"), latin("AB=2"), latin("A=3"));
    CallerEnvironment environment = CallerEnvironment.restored(variables, false);
    assertEquals(List.of("A=x", "AB=2"), texts(environment.with("A", "x")));
    assertEquals(List.of("AB=2"), texts(environment.without("A")));
    assertEquals(List.of("A=1", "AB=2", "A=3"), texts(environment));
    assertEquals(List.of(), texts(CallerEnvironment.empty()));
  }

  private static List<String> texts(CallerEnvironment environment) {
    return environment.variables().stream()
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .toList();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
