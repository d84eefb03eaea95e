/* The verbs on derived keys and on the lock, and the same signature by ssh-agent. Each wrong answer ends the program. */
#ifndef SECMEM_BENCH_KEYS_H
#define SECMEM_BENCH_KEYS_H

#include "client.h"

enum { KEYS_MESSAGE_BYTES = 64, KEYS_PUBLIC_BYTES = 32, KEYS_SIGNATURE_BYTES = 64, KEYS_MAX_BLOB = 256 };

/* The path of the SSH host key (m/74'/0'/1'/0'), type ed25519: what is signed with on both sides. */
#define KEYS_PATH "m/74'/0'/1'/0' ed25519"

/* What is signed, 64 bytes, always the same: Ed25519 has one signature for each message, so every answer can be checked. */
extern const unsigned char KEYS_MESSAGE[KEYS_MESSAGE_BYTES];

/* One connection's first answers, which all later ones must equal. Zeroed at first. */
struct keys {
    bool has_public;
    bool has_signature;
    unsigned char public[KEYS_PUBLIC_BYTES];
    unsigned char signature[KEYS_SIGNATURE_BYTES];
    unsigned char blob[KEYS_MAX_BLOB]; /* ssh-agent's name of the key */
    size_t blob_size;
    int message; /* the memfd of all messages of this connection; 0: not made yet */
};

void keys_public(struct client *client, struct keys *keys);

/* Writes each message into the one memfd of this connection, which is allowed: the agent copies it before it answers. */
void keys_sign(struct client *client, struct keys *keys);

/* With a fresh sealed memfd for each message, as the Java client sends it. */
void keys_sign_fresh(struct client *client, struct keys *keys);

/* Takes mnemonic, and LF and passphrase if there is one. */
void keys_unlock(struct client *client, const char *mnemonic);
void keys_lock(struct client *client);

/* Asks ssh-agent (draft-miller-ssh-agent) once for its keys, of which it must have one, of Ed25519; then for signatures. */
void keys_ssh_sign(struct client *client, struct keys *keys);

#endif
