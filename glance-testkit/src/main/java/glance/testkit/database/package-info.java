/**
 * Real MariaDB and PostgreSQL servers on loopback for tests. Not for SQLite, which needs no server. Start with {@link
 * glance.testkit.database.DatabaseServer#shared}.
 */
@NullMarked
package glance.testkit.database;

import org.jspecify.annotations.NullMarked;
