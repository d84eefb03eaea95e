package dev.secmem.crypto.openssl;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * libcrypto's functions, and its AES-256-GCM, found once.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Libcrypto {
  static final String SONAME = "libcrypto.so.3";

  private static final long INIT_NO_ATEXIT = 0x80000;
  private static final int ERROR_TEXT_BYTES = 256;

  private static Libcrypto loaded;

  final NativeLibrary library;
  final NativeFunction contextNew;
  final NativeFunction contextFree;
  final NativeFunction contextCtrl;
  final NativeFunction encryptInit;
  final NativeFunction encryptUpdate;
  final NativeFunction encryptFinal;
  final NativeFunction decryptInit;
  final NativeFunction decryptUpdate;
  final NativeFunction decryptFinal;
  final long aes256Gcm;
  private final NativeFunction errorGet;
  private final NativeFunction errorText;

  private Libcrypto(NativeLibrary library) throws PluginException {
    this.library = library;
    contextNew = library.function("EVP_CIPHER_CTX_new", 0);
    contextFree = library.function("EVP_CIPHER_CTX_free", 1);
    contextCtrl = library.function("EVP_CIPHER_CTX_ctrl", 4);
    encryptInit = library.function("EVP_EncryptInit_ex2", 5);
    encryptUpdate = library.function("EVP_EncryptUpdate", 5);
    encryptFinal = library.function("EVP_EncryptFinal_ex", 3);
    decryptInit = library.function("EVP_DecryptInit_ex2", 5);
    decryptUpdate = library.function("EVP_DecryptUpdate", 5);
    decryptFinal = library.function("EVP_DecryptFinal_ex", 3);
    errorGet = library.function("ERR_get_error", 0);
    errorText = library.function("ERR_error_string_n", 3);
    // Without it exit(3) would take libcrypto apart under threads that still encrypt.
    if ((int) library.function("OPENSSL_init_crypto", 2).call(INIT_NO_ATEXIT, 0) != 1) {
      throw unavailable(SONAME + " could not be initialized: " + drainErrors());
    }
    aes256Gcm = fetch("EVP_CIPHER_fetch", "AES-256-GCM");
  }

  /**
   * The library, loaded at the first call.
   *
   * @throws PluginException with {@code UNAVAILABLE} and what to do
   */
  static synchronized Libcrypto get() throws PluginException {
    if (loaded == null) {
      loaded = load();
    }
    return loaded;
  }

  private static Libcrypto load() throws PluginException {
    try {
      NativeLibrary library =
          NativeLibrary.open(SONAME)
              .orElseThrow(
                  () ->
                      unavailable(
                          SONAME
                              + " not found; install OpenSSL 3 (Debian: libssl3, Fedora:"
                              + " openssl-libs)"));
      return new Libcrypto(library);
    } catch (LinkageError e) {
      // An older libcrypto without one of the functions, or a machine where no native code loads.
      throw unavailable(SONAME + " cannot be used: " + e.getMessage());
    }
  }

  /** The failure of a call that did not return 1, with libcrypto's own words for it. */
  PluginException failure(NativeFunction function) {
    return failure("cipher", function);
  }

  /** The same for another kind of plugin. */
  PluginException failure(String kind, NativeFunction function) {
    return new PluginException(
        PluginException.Reason.FAILED,
        String.format(
            "%s(%s): %s: %s", kind, OpensslCipherProvider.NAME, function.name(), drainErrors()));
  }

  /** Empties this thread's error queue, so that no later failure reports this one's cause. */
  String drainErrors() {
    StringBuilder all = new StringBuilder();
    long code = errorGet.call();
    while (code != 0) {
      all.append(all.isEmpty() ? "" : ", ").append(text(code));
      code = errorGet.call();
    }
    return all.isEmpty() ? "no reason given" : all.toString();
  }

  private String text(long code) {
    ByteBuffer target = ByteBuffer.allocateDirect(ERROR_TEXT_BYTES);
    errorText.call(code, NativeLibrary.addressOf(target), ERROR_TEXT_BYTES);
    byte[] bytes = new byte[ERROR_TEXT_BYTES];
    target.get(bytes);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.US_ASCII);
  }

  /**
   * An algorithm of the default provider, held until the process ends.
   *
   * @param function {@code EVP_..._fetch}
   * @throws PluginException with {@code UNAVAILABLE} if there is none of that name
   */
  long fetch(String function, String algorithm) throws PluginException {
    ByteBuffer name = string(algorithm);
    long found = library.function(function, 3).call(0, NativeLibrary.addressOf(name), 0);
    if (found == 0) {
      throw unavailable(SONAME + " has no " + algorithm + ": " + drainErrors());
    }
    return found;
  }

  /** A string as C wants it, in memory that lives as long as the buffer. */
  static ByteBuffer string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).put((byte) 0).flip();
  }

  /** libcrypto's ints: 1 is success; the upper half of the word is undefined. */
  static boolean failed(long result) {
    return (int) result != 1;
  }

  static PluginException unavailable(String message) {
    return new PluginException(PluginException.Reason.UNAVAILABLE, message);
  }
}
