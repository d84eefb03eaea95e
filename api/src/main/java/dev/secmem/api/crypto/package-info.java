/**
 * Authenticated encryption ({@link dev.secmem.api.crypto.Cipher}) and what keys are derived with
 * ({@link dev.secmem.api.crypto.KeyDerivation}).
 */
package dev.secmem.api.crypto;
