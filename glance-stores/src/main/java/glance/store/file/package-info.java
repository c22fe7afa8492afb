/**
 * Image data as plain files, laid out as the reference service lays them out: {@code <datadir>/<image id>}. Half-written
 * files live in {@code <datadir>/.glance-partial} until they are complete and synced. Start with
 * {@link glance.store.file.FileStore}.
 */
@NullMarked
package glance.store.file;

import org.jspecify.annotations.NullMarked;
