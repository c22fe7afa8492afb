package glance.registry.sql;

/**
 * How the connection pool is used at an instant.
 *
 * @param active connections that work now
 * @param idle connections that are open and wait for work
 * @param waiting threads that wait for a connection
 */
public record PoolUse(int active, int idle, int waiting) {}
