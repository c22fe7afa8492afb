/**
 * Real databases for tests: MariaDB and PostgreSQL servers on loopback, SQLite files, and what older releases leave in them.
 * Start with {@link glance.testkit.database.DatabaseServer#shared} for a server, with {@link
 * glance.testkit.database.Engine} for a schema.
 */
@NullMarked
package glance.testkit.database;

import org.jspecify.annotations.NullMarked;
