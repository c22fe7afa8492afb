/**
 * What image data really is: inspectors that watch the bytes pass, keep only header and footer regions, and judge them at
 * the end. Written for hostile bytes. Start with {@link glance.format.ImageFormats}.
 */
@NullMarked
package glance.format;

import org.jspecify.annotations.NullMarked;
