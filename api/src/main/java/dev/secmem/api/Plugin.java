package dev.secmem.api;

/**
 * What every provider says of itself before it makes anything.
 *
 * <p><b>Discovery.</b> By {@link java.util.ServiceLoader}, on the module path through {@code
 * provides} and on the class path through {@code META-INF/services}; a public class with a public
 * constructor without parameters. Constructing one is cheap: it loads no native library.
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads.
 */
public interface Plugin {

  /** The name by which a user chooses this plugin: lower-case letters, digits and hyphens. */
  String name();

  /**
   * Whether this plugin can work on this machine, found out without side effects that outlive the
   * call. Never throws: what stands in the way is the answer's reason.
   */
  Availability availability();
}
