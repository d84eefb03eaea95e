/** The engine: what the verbs mean, who may use them, and what is kept of it. */
package dev.secmem.app.engine;
