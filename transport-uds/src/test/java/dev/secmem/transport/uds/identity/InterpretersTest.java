package dev.secmem.transport.uds.identity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which programs run whatever they are told to. */
final class InterpretersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bin/sh",
        "/usr/bin/bash",
        "/bin/dash",
        "/usr/bin/python3.11",
        "/usr/bin/python3",
        "/usr/bin/python2.7",
        "/opt/perl5.36.0",
        "/usr/bin/ruby3.1",
        "/usr/bin/node",
        "/x/node18",
        "/usr/lib/jvm/java-17-openjdk-amd64/bin/java",
        "/usr/bin/php8.2",
        "/usr/bin/lua5.4",
        "/usr/bin/awk",
        "/usr/bin/mawk",
        "/bin/busybox",
        "/usr/bin/guile-3.0",
        "/usr/bin/gdb",
        "/lib64/ld-linux-x86-64.so.2",
        "/lib/ld-musl-x86_64.so.1",
        "/lib/x/ld-2.31.so",
        "/usr/bin/qemu-aarch64",
        "/usr/bin/Rscript"
      })
  void interpreters(String path) {
    assertTrue(Interpreters.isOne(path), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/bin/psql", "/usr/bin/shred", "/usr/sbin/nginx", "/opt/python/app", "/usr/bin/sleep",
        "/usr/bin/javac", "/usr/bin/ldd", "/usr/bin/pythonic", "/bin/sh/x", "/usr/bin/git"
      })
  void others(String path) {
    assertFalse(Interpreters.isOne(path), path);
  }
}
