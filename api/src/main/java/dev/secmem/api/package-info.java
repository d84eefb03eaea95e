/**
 * What every plugin and every host shares: plugin lookup, failures, names and numbers of the
 * protocol.
 */
package dev.secmem.api;
