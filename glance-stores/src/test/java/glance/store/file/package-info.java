/** Tests of the file store, on a real file system and on one that breaks. */
@NullMarked
package glance.store.file;

import org.jspecify.annotations.NullMarked;
