/**
 * Metadata definitions: the vocabularies that properties of images and other things are chosen from. Records, the ports to
 * where they are kept ({@link glance.metadef.MetadefRepository}), and what callers may do with them ({@link
 * glance.metadef.Metadefs}).
 */
@NullMarked
package glance.metadef;

import org.jspecify.annotations.NullMarked;
