/**
 * Images, their life cycle, the metadata ports and the use cases on them. Start with {@link glance.image.Image} and {@link glance.image.ImageRepository}.
 */
@NullMarked
package glance.image;

import org.jspecify.annotations.NullMarked;
