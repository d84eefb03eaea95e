#include "keys.h"

#include "check.h"

#include <sys/mman.h>

#define SIGN_LINE "SIGN " KEYS_PATH "\n"

const unsigned char KEYS_MESSAGE[KEYS_MESSAGE_BYTES] =
    "sixty-four bytes, the same each time, so that answers are alike.";

static unsigned nibble(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit == '\0' ? NULL : strchr(digits, digit);
    if (at == NULL) {
        fail("a public key is not in hexadecimal digits");
    }
    return (unsigned)(at - digits);
}

void keys_public(struct client *client, struct keys *keys)
{
    char reply[CLIENT_MAX_REPLY];
    unsigned char key[KEYS_PUBLIC_BYTES];
    client_send(client, "PUBKEY " KEYS_PATH "\n", -1);
    if (client_receive(client, reply) != -1 || strncmp(reply, "OK key=", 7) != 0
        || strlen(reply) != 7 + 2 * sizeof key) {
        fail("not a reply to PUBKEY: %s", reply);
    }
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (unsigned char)(nibble(reply[7 + 2 * i]) << 4 | nibble(reply[8 + 2 * i]));
    }
    if (keys->has_public && memcmp(key, keys->public, sizeof key) != 0) {
        fail("PUBKEY gave another key than before");
    }
    memcpy(keys->public, key, sizeof key);
    keys->has_public = true;
}

static void check_signature(struct keys *keys, const unsigned char *signature, size_t size)
{
    if (size != KEYS_SIGNATURE_BYTES) {
        fail("a signature has %zu bytes", size);
    }
    if (keys->has_signature && memcmp(signature, keys->signature, size) != 0) {
        fail("the same message got another signature than before");
    }
    memcpy(keys->signature, signature, size);
    keys->has_signature = true;
}

static void receive_signature(struct client *client, struct keys *keys)
{
    char reply[CLIENT_MAX_REPLY];
    unsigned char signature[KEYS_SIGNATURE_BYTES + 1];
    int body = client_receive(client, reply);
    if (body == -1) {
        fail("no signature came with: %s", reply);
    }
    check_signature(keys, signature, client_body(client, body, signature, sizeof signature));
}

void keys_sign(struct client *client, struct keys *keys)
{
    if (keys->message == 0) {
        keys->message = memfd_create("secmem", MFD_CLOEXEC);
    }
    if (keys->message == -1 || pwrite(keys->message, KEYS_MESSAGE, KEYS_MESSAGE_BYTES, 0) != KEYS_MESSAGE_BYTES) {
        fail_errno("write the message");
    }
    client_send(client, SIGN_LINE, keys->message);
    receive_signature(client, keys);
}

void keys_sign_fresh(struct client *client, struct keys *keys)
{
    client_send_with_body(client, SIGN_LINE, KEYS_MESSAGE, KEYS_MESSAGE_BYTES);
    receive_signature(client, keys);
}

static void receive_empty(struct client *client)
{
    char reply[CLIENT_MAX_REPLY];
    if (client_receive(client, reply) != -1 || strcmp(reply, "OK") != 0) {
        fail("not a reply to LOCK or UNLOCK: %s", reply);
    }
}

void keys_unlock(struct client *client, const char *mnemonic)
{
    client_send_with_body(client, "UNLOCK\n", mnemonic, strlen(mnemonic));
    receive_empty(client);
}

void keys_lock(struct client *client)
{
    client_send(client, "LOCK\n", -1);
    receive_empty(client);
}

/* ssh-agent: a message is its length and its content, a type first; a string is its length and its bytes. */

enum { IDENTITIES_REQUEST = 11, IDENTITIES_ANSWER = 12, SIGN_REQUEST = 13, SIGN_ANSWER = 14, SSH_MAX = 4096 };

struct message {
    unsigned char bytes[SSH_MAX];
    size_t size; /* written so far, or received */
    size_t at;   /* read so far */
};

static void put_number(struct message *message, size_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        message->bytes[message->size++] = (unsigned char)(value >> shift);
    }
}

static void put_string(struct message *message, const void *text, size_t size)
{
    if (size > SSH_MAX - message->size - 8) {
        fail("a request to ssh-agent is too long");
    }
    put_number(message, size);
    memcpy(message->bytes + message->size, text, size);
    message->size += size;
}

static void begin(struct message *message, unsigned char type)
{
    message->size = 4; /* for the length, which end_and_ask writes */
    message->bytes[message->size++] = type;
}

static size_t take_number(struct message *message)
{
    if (message->size - message->at < 4) {
        fail("ssh-agent's answer is cut short");
    }
    const unsigned char *at = message->bytes + message->at;
    message->at += 4;
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static const unsigned char *take_string(struct message *message, size_t *size)
{
    *size = take_number(message);
    if (*size > message->size - message->at) {
        fail("ssh-agent's answer is cut short");
    }
    message->at += *size;
    return message->bytes + message->at - *size;
}

/* Sends the request and receives the answer, which must be of that type, in its place. */
static void end_and_ask(struct client *client, struct message *message, unsigned char type)
{
    size_t size = message->size;
    message->size = 0;
    put_number(message, size - 4);
    if (write(client->socket, message->bytes, size) != (ssize_t)size) {
        fail_errno("ask ssh-agent");
    }
    size_t wanted = 4;
    for (message->size = 0; message->size < wanted;) {
        ssize_t count = read(client->socket, message->bytes + message->size, SSH_MAX - message->size);
        if (count <= 0) {
            fail("no answer of ssh-agent: %s", count == 0 ? "it closed the connection" : strerror(errno));
        }
        message->size += (size_t)count;
        message->at = 0;
        if (message->size >= 4 && (wanted = 4 + take_number(message)) > SSH_MAX) {
            fail("ssh-agent's answer is too long");
        }
    }
    if (message->size != wanted || message->bytes[message->at++] != type) {
        fail("ssh-agent refused, or answered something else");
    }
}

static void find_key(struct client *client, struct keys *keys)
{
    struct message message;
    begin(&message, IDENTITIES_REQUEST);
    end_and_ask(client, &message, IDENTITIES_ANSWER);
    size_t size;
    if (take_number(&message) != 1) {
        fail("ssh-agent does not hold exactly one key");
    }
    const unsigned char *blob = take_string(&message, &size);
    if (size > KEYS_MAX_BLOB) {
        fail("ssh-agent's key is not of Ed25519");
    }
    memcpy(keys->blob, blob, size);
    keys->blob_size = size;
}

void keys_ssh_sign(struct client *client, struct keys *keys)
{
    static const char algorithm[] = "ssh-ed25519";
    if (keys->blob_size == 0) {
        find_key(client, keys);
    }
    struct message message;
    begin(&message, SIGN_REQUEST);
    put_string(&message, keys->blob, keys->blob_size);
    put_string(&message, KEYS_MESSAGE, KEYS_MESSAGE_BYTES);
    put_number(&message, 0); /* flags */
    end_and_ask(client, &message, SIGN_ANSWER);
    size_t size;
    take_string(&message, &size); /* the two below, as one */
    message.at -= size;
    const unsigned char *name = take_string(&message, &size);
    if (size != sizeof algorithm - 1 || memcmp(name, algorithm, size) != 0) {
        fail("ssh-agent's key is not of Ed25519");
    }
    const unsigned char *signature = take_string(&message, &size);
    check_signature(keys, signature, size);
}
