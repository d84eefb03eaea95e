package dev.secmem.transport.uds.identity;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Programs that run whatever they are told to: a grant to one is a grant to every program written
 * for it. Known by name, versions left out of account; a copy under another name is not known.
 */
final class Interpreters {
  private static final Set<String> NAMES =
      Set.of(
          ("sh bash dash rbash ash ksh mksh zsh fish csh tcsh busybox toybox python pythonw pypy"
                  + " ipython perl ruby irb node nodejs deno bun java jshell javaw php php-cgi"
                  + " php-fpm lua luajit awk gawk mawk nawk tclsh wish expect guile racket scheme"
                  + " R Rscript julia octave erl elixir beam.smp groovy scala kotlin mono dotnet"
                  + " pwsh gdb lldb emacs vim nvim wine")
              .split(" "));

  private static final Pattern VERSION = Pattern.compile("[-.]?[0-9][0-9.]*$");
  private static final Pattern LOADER =
      Pattern.compile("ld(-linux.*|-musl.*|64)?\\.so.*|ld-.*\\.so");

  private Interpreters() {}

  /** Whether the last part of a path is the name of one. */
  static boolean isOne(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return NAMES.contains(name)
        || NAMES.contains(VERSION.matcher(name).replaceFirst(""))
        || name.startsWith("qemu-")
        || LOADER.matcher(name).matches(); // the dynamic loader runs any program as its own
  }
}
