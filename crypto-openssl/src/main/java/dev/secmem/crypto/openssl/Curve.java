package dev.secmem.crypto.openssl;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;

/**
 * A curve's group in libcrypto, with the arithmetic on private keys. Held until the process ends,
 * and only read.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Curve {
  private static final int NID_SECP256K1 = 714;
  private static final int NID_PRIME256V1 = 415;
  private static final int CONSTANT_TIME = 4;
  private static final int COMPRESSED = 2;

  private final KeyFunctions functions;
  private final KeyType type;
  private final NativeFunction bignumOf;
  private final NativeFunction bignumNew;
  private final NativeFunction bignumFlags;
  private final NativeFunction bignumFree;
  private final NativeFunction bignumBytes;
  private final NativeFunction isZero;
  private final NativeFunction addBelow;
  private final NativeFunction scratchNew;
  private final NativeFunction scratchFree;
  private final NativeFunction pointNew;
  private final NativeFunction pointFree;
  private final NativeFunction multiply;
  private final NativeFunction pointBytes;
  private final long group;
  private final long order;

  private Curve(KeyFunctions functions, NativeLibrary library, KeyType type)
      throws PluginException {
    this.functions = functions;
    this.type = type;
    bignumOf = library.function("BN_bin2bn", 3);
    bignumNew = library.function("BN_new", 0);
    bignumFlags = library.function("BN_set_flags", 2);
    bignumFree = library.function("BN_clear_free", 1);
    bignumBytes = library.function("BN_bn2binpad", 3);
    isZero = library.function("BN_is_zero", 1);
    addBelow = library.function("BN_mod_add_quick", 4);
    scratchNew = library.function("BN_CTX_new", 0);
    scratchFree = library.function("BN_CTX_free", 1);
    pointNew = library.function("EC_POINT_new", 1);
    pointFree = library.function("EC_POINT_clear_free", 1);
    multiply = library.function("EC_POINT_mul", 6);
    pointBytes = library.function("EC_POINT_point2oct", 6);
    NativeFunction groupOf = library.function("EC_GROUP_new_by_curve_name", 1);
    group = groupOf.call(type == KeyType.NIST256P1 ? NID_PRIME256V1 : NID_SECP256K1);
    if (group == 0) {
      // Some distributions leave curves out.
      functions.forgetErrors();
      throw Libcrypto.unavailable(Libcrypto.SONAME + " has no curve " + type.wire());
    }
    order = library.function("EC_GROUP_get0_order", 1).call(group);
  }

  static Curve of(KeyFunctions functions, NativeLibrary library, KeyType type)
      throws PluginException {
    return new Curve(functions, library, type);
  }

  /** The compressed point of a private key. */
  void publicKey(ByteBuffer privateKey, ByteBuffer publicKey) throws PluginException {
    long scalar = secret(privateKey);
    long scratch = 0;
    long point = 0;
    try {
      scratch = functions.made(scratchNew, scratchNew.call());
      point = functions.made(pointNew, pointNew.call(group));
      functions.check(multiply, multiply.call(group, point, scalar, 0, 0, scratch));
      long to = NativeLibrary.addressOf(publicKey);
      int length = type.publicKeyBytes();
      if (pointBytes.call(group, point, COMPRESSED, to, length, scratch) != length) {
        throw functions.failure(pointBytes);
      }
    } finally {
      // Freeing none is nothing; freeing cleanses all that the scratch numbers held.
      pointFree.call(point);
      scratchFree.call(scratch);
      bignumFree.call(scalar);
    }
  }

  /**
   * Adds two numbers below the order, modulo it.
   *
   * @return false, with nothing written, if the sum is 0
   */
  boolean add(ByteBuffer tweak, ByteBuffer privateKey, ByteBuffer sum) throws PluginException {
    long first = 0;
    long second = 0;
    long result = 0;
    try {
      first = secret(tweak);
      second = secret(privateKey);
      result = functions.made(bignumNew, bignumNew.call());
      functions.check(addBelow, addBelow.call(result, first, second, order));
      if ((int) isZero.call(result) == 1) {
        return false;
      }
      long to = NativeLibrary.addressOf(sum);
      int length = KeyDerivation.PRIVATE_KEY_BYTES;
      if ((int) bignumBytes.call(result, to, length) != length) {
        throw functions.failure(bignumBytes);
      }
      return true;
    } finally {
      bignumFree.call(result);
      bignumFree.call(second);
      bignumFree.call(first);
    }
  }

  private long secret(ByteBuffer number) throws PluginException {
    long at = NativeLibrary.addressOf(number);
    long made = functions.made(bignumOf, bignumOf.call(at, number.remaining(), 0));
    bignumFlags.call(made, CONSTANT_TIME);
    return made;
  }
}
