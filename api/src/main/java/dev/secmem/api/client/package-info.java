/** Talking to an agent: {@link dev.secmem.api.client.SecretClient}. */
package dev.secmem.api.client;
