#include "floor_store.h"

#include "check.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { BUCKETS = 1 << 17, LOCKS = 64, KEY_BYTES = 32, NONCE_BYTES = 12, PREFIX_BYTES = 4, TAG_BYTES = 16 };

struct entry {
    struct entry *next;
    struct store_meta meta;
    uint32_t hash;
    uid_t owner;
    unsigned char nonce[NONCE_BYTES];
    unsigned char tag[TAG_BYTES];
    unsigned char *sealed; /* behind the name, in the same allocation */
    char name[];
};

/* What an entry's ciphertext is bound to, as the agent does: it costs a call into libcrypto. */
struct associated_data {
    size_t length;
    unsigned char bytes[sizeof(uid_t) + 2 * sizeof(uint64_t) + MAX_NAME];
};

static struct entry *buckets[BUCKETS];
static pthread_rwlock_t locks[LOCKS];
static unsigned char *key;
static unsigned char nonce_prefix[PREFIX_BYTES];
static _Atomic uint64_t last_nonce;
static _Atomic uint64_t last_version;
/* Fetched once: the implicit fetch of EVP_aes_256_gcm() would take a lock of libcrypto's on every call. */
static EVP_CIPHER *cipher;

void store_init(void)
{
    key = mmap(NULL, KEY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (key == MAP_FAILED || mlock(key, KEY_BYTES) != 0) {
        fail_errno("locked page for the key");
    }
    cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    if (cipher == NULL || RAND_priv_bytes(key, KEY_BYTES) != 1 || RAND_bytes(nonce_prefix, PREFIX_BYTES) != 1) {
        fail("libcrypto has no AES-256-GCM or no random bytes");
    }
    for (int i = 0; i < LOCKS; i++) {
        check_error("pthread_rwlock_init", pthread_rwlock_init(&locks[i], NULL));
    }
}

static uint32_t hash_of(uid_t owner, const char *name)
{
    uint32_t hash = 2166136261U ^ owner; /* FNV-1a */
    for (const char *c = name; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619U;
    }
    return hash ^ (hash >> 15);
}

static void bind_to(struct associated_data *data, const struct entry *entry)
{
    unsigned char *at = data->bytes;
    size_t name_length = strlen(entry->name);
    memcpy(at, &entry->owner, sizeof entry->owner);
    at += sizeof entry->owner;
    memcpy(at, &entry->meta.version, sizeof(uint64_t));
    at += sizeof(uint64_t);
    memcpy(at, &entry->meta.deadline_nanos, sizeof(uint64_t));
    at += sizeof(uint64_t);
    memcpy(at, entry->name, name_length);
    data->length = (size_t)(at - data->bytes) + name_length;
}

static bool seal(struct entry *entry, const unsigned char *plain)
{
    struct associated_data data;
    bind_to(&data, entry);
    uint64_t count = atomic_fetch_add(&last_nonce, 1) + 1;
    memcpy(entry->nonce, nonce_prefix, PREFIX_BYTES);
    memcpy(entry->nonce + PREFIX_BYTES, &count, sizeof count);
    int done = 0;
    int size = (int)entry->meta.size;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool sealed = context != NULL
        && EVP_EncryptInit_ex2(context, cipher, key, entry->nonce, NULL) == 1
        && EVP_EncryptUpdate(context, NULL, &done, data.bytes, (int)data.length) == 1
        && EVP_EncryptUpdate(context, entry->sealed, &done, plain, size) == 1 && done == size
        && EVP_EncryptFinal_ex(context, entry->sealed + size, &done) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, entry->tag) == 1;
    EVP_CIPHER_CTX_free(context); /* wipes the key schedule: that is why no context is kept */
    return sealed;
}

static bool open_sealed(struct entry *entry, unsigned char *plain)
{
    struct associated_data data;
    bind_to(&data, entry);
    int done = 0;
    int size = (int)entry->meta.size;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool opened = context != NULL
        && EVP_DecryptInit_ex2(context, cipher, key, entry->nonce, NULL) == 1
        && EVP_DecryptUpdate(context, NULL, &done, data.bytes, (int)data.length) == 1
        && EVP_DecryptUpdate(context, plain, &done, entry->sealed, size) == 1 && done == size
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, entry->tag) == 1
        && EVP_DecryptFinal_ex(context, plain + size, &done) == 1;
    EVP_CIPHER_CTX_free(context);
    return opened;
}

/* The link that points to the entry, or the bucket's last, empty one. The caller holds the bucket's lock. */
static struct entry **find(uint32_t hash, uid_t owner, const char *name)
{
    struct entry **link = &buckets[hash % BUCKETS];
    while (*link != NULL
           && ((*link)->hash != hash || (*link)->owner != owner || strcmp((*link)->name, name) != 0)) {
        link = &(*link)->next;
    }
    return link;
}

enum store_answer store_put(uid_t owner, const char *name, const unsigned char *plain, struct store_meta *meta)
{
    size_t name_bytes = strlen(name) + 1;
    struct entry *entry = malloc(sizeof *entry + name_bytes + meta->size);
    if (entry == NULL) {
        return STORE_FAILED;
    }
    meta->version = atomic_fetch_add(&last_version, 1) + 1;
    entry->meta = *meta;
    entry->owner = owner;
    entry->hash = hash_of(owner, name);
    memcpy(entry->name, name, name_bytes);
    entry->sealed = (unsigned char *)entry->name + name_bytes;
    if (!seal(entry, plain)) {
        free(entry);
        return STORE_FAILED;
    }
    pthread_rwlock_t *lock = &locks[entry->hash % LOCKS];
    check_error("pthread_rwlock_wrlock", pthread_rwlock_wrlock(lock));
    struct entry **link = find(entry->hash, owner, name);
    struct entry *old = *link;
    if (old != NULL && old->meta.version > entry->meta.version) {
        old = entry; /* another put overtook this one: it is as if this had been replaced at once */
    } else {
        entry->next = old == NULL ? NULL : old->next;
        *link = entry;
    }
    check_error("pthread_rwlock_unlock", pthread_rwlock_unlock(lock));
    free(old);
    return STORE_OK;
}

enum store_answer store_get(uid_t owner, const char *name, unsigned char *plain, struct store_meta *meta)
{
    uint32_t hash = hash_of(owner, name);
    pthread_rwlock_t *lock = &locks[hash % LOCKS];
    enum store_answer answer = STORE_NOT_FOUND;
    check_error("pthread_rwlock_rdlock", pthread_rwlock_rdlock(lock));
    struct entry *entry = *find(hash, owner, name);
    if (entry != NULL) {
        *meta = entry->meta;
        answer = open_sealed(entry, plain) ? STORE_OK : STORE_FAILED;
    }
    check_error("pthread_rwlock_unlock", pthread_rwlock_unlock(lock));
    return answer;
}
