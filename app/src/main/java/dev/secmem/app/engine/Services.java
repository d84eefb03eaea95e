package dev.secmem.app.engine;

/**
 * What serves the verbs.
 *
 * @param gate lets in the requests that need an unlocked agent
 */
record Services(
    LockGate gate,
    SecretService secrets,
    OwnerService owners,
    IdentityService identities,
    ReportService reports,
    LockService locks,
    KeyService keys) {}
