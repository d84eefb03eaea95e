package dev.secmem.linux;

/**
 * Who connected a Unix socket (SO_PEERCRED, unix(7)).
 *
 * @param pid 0 if the peer lives in a pid namespace that is not visible from here
 */
public record PeerCredentials(int pid, long uid, long gid) {}
