/**
 * The command {@code secmemctl}.
 *
 * <p>Its start is a target, so what a plain request runs through is written without lambdas,
 * streams, regular expressions and formats, each of which costs more milliseconds than the request.
 */
package dev.secmem.app.ctl;
