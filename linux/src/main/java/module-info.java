/**
 * Typed, checked Linux system calls, and native memory with an owner.
 *
 * <p>The only module that calls native code by itself; {@link dev.secmem.linux.NativeLibrary} lends
 * that ability to the cipher that calls libcrypto. It binds through jffi, the layer below jnr-ffi:
 * no class is generated at run time, so a short-lived command starts 150 ms earlier.
 */
module dev.secmem.linux {
  requires org.jnrproject.jffi;

  exports dev.secmem.linux;
}
