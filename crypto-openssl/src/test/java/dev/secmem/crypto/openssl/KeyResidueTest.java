package dev.secmem.crypto.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import dev.secmem.linux.SecureRandomBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * After a round of all calls the process holds the caller's key where the caller put it and nowhere
 * else: neither on the heap nor in memory that libcrypto freed.
 */
final class KeyResidueTest {
  private static final int ROUNDS = 200;

  private interface Use {
    void run(ByteBuffer secret, ByteBuffer out) throws PluginException;
  }

  @Test
  void allCallsTogetherLeaveNoKey() throws Exception {
    KeyDerivation keys = new OpensslKeyDerivationProvider().create();
    ByteBuffer some = ByteBuffer.allocateDirect(40);
    List<Use> uses = new ArrayList<>();
    uses.add((secret, out) -> keys.hmacSha512(secret, some, out));
    uses.add((secret, out) -> keys.pbkdf2HmacSha512(secret, some, 2, out));
    uses.add((secret, out) -> keys.hkdfSha512(secret, some, some, out));
    uses.add((secret, out) -> keys.sha256(secret, out));
    for (KeyType type : KeyType.values()) {
      uses.add((secret, out) -> keys.publicKey(type, secret, out));
      ByteBuffer publicKey = ByteBuffer.allocateDirect(type.publicKeyBytes());
      uses.add(
          (secret, out) -> {
            keys.publicKey(type, secret, publicKey.clear());
            keys.sign(type, secret, publicKey.flip(), some, out);
          });
      if (type != KeyType.ED25519) {
        uses.add((secret, out) -> keys.addPrivateKeys(type, secret, secret, out));
      }
    }
    String found =
        residue(
            (secret, out) -> {
              for (Use use : uses) {
                use.run(secret.duplicate(), out.duplicate());
              }
            });
    assertEquals("", found);
  }

  @Test
  void aKeyThatIsLeftIsFound() throws Exception {
    ByteBuffer left = ByteBuffer.allocateDirect(64);
    assertTrue(residue((secret, out) -> left.put(8, secret, 0, 32)).length() > 0, "as it is");
    ByteBuffer reversed = ByteBuffer.allocateDirect(64);
    String found =
        residue(
            (secret, out) -> {
              for (int i = 0; i < 32; i++) {
                reversed.put(40 - i, secret.get(i));
              }
            });
    assertTrue(found.length() > 0, "reversed");
  }

  private static String residue(Use use) throws Exception {
    try (NativeMemory memory = NativeMemory.anonymous(4096)) {
      ByteBuffer secret = memory.buffer(0, 32);
      SecureRandomBytes.fill(secret.duplicate());
      secret.put(0, (byte) 1);
      long[] masked = masked(secret);
      for (int i = 0; i < ROUNDS; i++) {
        use.run(secret.duplicate(), memory.buffer(128, 72));
      }
      return String.join(", ", scan(masked, memory.address()));
    }
  }

  /** The 8-byte pieces of a secret, in both orders of bytes, complemented. */
  private static long[] masked(ByteBuffer secret) {
    long[] masked = new long[2 * (32 - 7)];
    for (int i = 0; i < masked.length / 2; i++) {
      long piece = secret.order(ByteOrder.nativeOrder()).getLong(i);
      masked[2 * i] = ~piece;
      masked[2 * i + 1] = ~Long.reverseBytes(piece);
    }
    return masked;
  }

  /** How much was read: nothing of what the JVM has given back since it was listed. */
  private static int read(RandomAccessFile memory, ByteBuffer piece, long at) throws IOException {
    try {
      return memory.getChannel().read(piece, at);
    } catch (IOException e) {
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        long[] range = range(line);
        if (Long.compareUnsigned(range[0], at) <= 0 && Long.compareUnsigned(at, range[1]) < 0) {
          throw e;
        }
      }
      return 0;
    }
  }

  /** From where to where a mapping lies, by its line. */
  private static long[] range(String line) {
    String[] ends = line.substring(0, line.indexOf(' ')).split("-");
    return new long[] {Long.parseUnsignedLong(ends[0], 16), Long.parseUnsignedLong(ends[1], 16)};
  }

  private static List<String> scan(long[] masked, long own) throws IOException, LinuxException {
    List<String> found = new ArrayList<>();
    // Most of the memory is passed over by its pieces' low bits.
    boolean[] likely = new boolean[1 << 16];
    LongStream.of(masked).forEach(mask -> likely[(int) mask & 0xffff] = true);
    try (RandomAccessFile file = new RandomAccessFile("/proc/self/mem", "r");
        NativeMemory copy = NativeMemory.anonymous(1 << 20)) {
      ByteBuffer piece = copy.buffer().order(ByteOrder.nativeOrder());
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        String[] columns = line.split(" +", 6);
        long[] range = range(line);
        long from = range[0];
        long to = range[1];
        if (!columns[1].startsWith("rw") || from <= copy.address() && copy.address() < to) {
          continue;
        }
        for (long at = from; at < to; at += piece.capacity() - 8) {
          piece.clear().limit((int) Math.min(piece.capacity(), to - at));
          int read = read(file, piece, at);
          for (int i = 0; i + 8 <= read; i++) {
            long value = ~piece.getLong(i);
            if (likely[(int) value & 0xffff]
                && LongStream.of(masked).anyMatch(mask -> mask == value)
                && (at + i < own || at + i >= own + 4096)) {
              found.add(Long.toHexString(at + i) + " in " + line);
            }
          }
        }
      }
    }
    return found;
  }
}
