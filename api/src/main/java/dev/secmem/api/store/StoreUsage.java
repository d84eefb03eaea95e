package dev.secmem.api.store;

/**
 * What a store holds at one moment.
 *
 * @param records committed records
 * @param recordBytes the sum of their sealed lengths
 * @param reservedBytes the memory taken from the system to hold them
 */
public record StoreUsage(long records, long recordBytes, long reservedBytes) {}
