/**
 * Metadata definitions: the vocabularies that properties of images and other things are chosen from. Records and the ports to
 * where they are kept; who may see or change what is not decided here. Start with {@link glance.metadef.MetadefRepository}.
 */
@NullMarked
package glance.metadef;

import org.jspecify.annotations.NullMarked;
