/** Typed, checked Linux system calls, and native memory with an owner. */
package dev.secmem.linux;
