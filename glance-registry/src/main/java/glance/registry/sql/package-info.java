/**
 * The metadata ports on embedded SQL. Not for schema questions ({@code registry.migration}) nor for decisions about
 * images (those are pure, in {@code glance.image}). Start with {@link glance.registry.sql.SqlRegistry}; one statement or
 * one transaction per method, engine differences in {@link glance.registry.sql.Dialect} alone.
 */
@NullMarked
package glance.registry.sql;

import org.jspecify.annotations.NullMarked;
