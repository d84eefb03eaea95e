/** Contract tests for the provider interfaces of {@code dev.secmem.api}. */
package dev.secmem.tck;
