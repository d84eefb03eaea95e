package dev.secmem.app.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.Plugins;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.app.selftest.Check.Result;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A self-test that cannot fail would be worth nothing: here it meets what is broken. */
final class SelfTestTest {
  /** How a cipher's plaintext comes to differ. */
  private interface Opening {
    void open(Cipher real, ByteBuffer sealed, ByteBuffer associated, ByteBuffer plaintext)
        throws PluginException;
  }

  private record Broken(CipherProvider real, Opening opening, Availability availability)
      implements CipherProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public HeapResidue heapResidue() {
      return HeapResidue.NONE;
    }

    @Override
    public Cipher create(ByteBuffer key) throws PluginException {
      Cipher made = real.create(key);
      return new Cipher() {
        @Override
        public void seal(ByteBuffer plaintext, ByteBuffer associated, ByteBuffer sealed)
            throws PluginException {
          made.seal(plaintext, associated, sealed);
        }

        @Override
        public void open(ByteBuffer sealed, ByteBuffer associated, ByteBuffer plaintext)
            throws PluginException {
          opening.open(made, sealed, associated, plaintext);
        }

        @Override
        public void close() {
          made.close();
        }
      };
    }
  }

  private static CipherProvider real() throws PluginException {
    return Plugins.load("cipher", ServiceLoader.load(CipherProvider.class)).named("bc");
  }

  private static Result result(Opening opening) throws PluginException {
    CipherProvider broken = new Broken(real(), opening, Availability.available());
    return CipherChecks.all(List.of(broken)).get(0).result();
  }

  @Test
  void aCipherThatIsRightPasses() throws PluginException {
    assertEquals(Result.PASS, result(Cipher::open));
  }

  @Test
  void aCipherThatIsWrongFails() throws PluginException {
    assertEquals(
        Result.FAIL,
        result(
            (cipher, message, associated, plaintext) -> {
              cipher.open(message, associated, plaintext);
              plaintext.put(3, (byte) (plaintext.get(3) ^ 1));
            }),
        "another plaintext");
    assertEquals(
        Result.FAIL,
        result(
            (cipher, message, associated, plaintext) -> {
              try {
                cipher.open(message, associated, plaintext);
              } catch (PluginException e) {
                plaintext.position(plaintext.limit()); // as if the tag did not matter
              }
            }),
        "an altered message");
    assertEquals(
        Result.FAIL,
        result(
            (cipher, message, associated, plaintext) -> {
              throw new PluginException(PluginException.Reason.FAILED, "broken");
            }),
        "a failure");
  }

  @Test
  void withoutAnyCipherItFails() throws PluginException {
    CipherProvider absent = new Broken(real(), null, Availability.unavailable("not here"));
    List<Check> checks = CipherChecks.all(List.of(absent));
    assertEquals(Result.WARN, checks.get(0).result());
    assertEquals(Result.FAIL, checks.get(1).result());
    assertEquals(Result.FAIL, CipherChecks.all(List.of()).get(0).result());
  }

  /** Every function of a real plugin in turn leaves one byte wrong. */
  @Test
  void aKeyDerivationThatIsWrongFails() throws Exception {
    KeyDerivationProvider real =
        Plugins.load("kdf", ServiceLoader.load(KeyDerivationProvider.class)).named("bc");
    assertEquals(Result.PASS, KeyDerivationChecks.all(List.of(real)).get(0).result());
    for (String function :
        List.of(
            "sha256",
            "hmacSha512",
            "pbkdf2HmacSha512",
            "hkdfSha512",
            "publicKey",
            "sign",
            "argon2id")) {
      KeyDerivation functions = real.create();
      KeyDerivation broken =
          (KeyDerivation)
              Proxy.newProxyInstance(
                  KeyDerivation.class.getClassLoader(),
                  new Class<?>[] {KeyDerivation.class},
                  (proxy, method, arguments) -> {
                    Object result = method.invoke(functions, arguments);
                    if (method.getName().equals(function)) {
                      ByteBuffer out = (ByteBuffer) arguments[arguments.length - 1];
                      out.put(0, (byte) (out.get(0) ^ 1));
                    }
                    return result;
                  });
      KeyDerivationProvider provider =
          (KeyDerivationProvider)
              Proxy.newProxyInstance(
                  KeyDerivation.class.getClassLoader(),
                  new Class<?>[] {KeyDerivationProvider.class},
                  (proxy, method, arguments) ->
                      method.getName().equals("create") ? broken : method.invoke(real, arguments));
      assertEquals(
          Result.FAIL, KeyDerivationChecks.all(List.of(provider)).get(0).result(), function);
    }
  }

  @Test
  void aSandboxThatLetsOneCallThroughFails() {
    assertEquals(Result.PASS, SandboxChild.judge(List.of("tried 100"), 3).result());
    Check check = SandboxChild.judge(List.of("tried 100", "bpf (0)"), 3);
    assertEquals(Result.FAIL, check.result());
    assertTrue(check.meaning().contains("bpf (0)"), check.meaning());
    assertEquals(Result.FAIL, SandboxChild.judge(List.of(), 3).result());
    assertEquals(Result.FAIL, SandboxChild.judge(List.of("seccomp: ENOSYS"), 3).result());
  }

  @Test
  void aFolderThatOthersCanWriteToIsToldOf(@TempDir Path folder) throws Exception {
    Map<String, String> set = Map.of("SECMEM_SOCK", folder.resolve("s").toString());
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertEquals(Result.PASS, SocketFolderCheck.check(set::get).result());
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertEquals(Result.WARN, SocketFolderCheck.check(set::get).result());
    Map<String, String> absent = Map.of("XDG_RUNTIME_DIR", folder.resolve("no/such").toString());
    assertEquals(Result.WARN, SocketFolderCheck.check(absent::get).result());
  }
}
