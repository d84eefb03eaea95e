/** What protects this machine's agent and what does not, for {@code secmemctl doctor}. */
package dev.secmem.app.doctor;
