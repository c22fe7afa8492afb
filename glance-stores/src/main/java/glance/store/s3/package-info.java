/** Amazon S3 and what speaks its protocol. Start with {@link glance.store.s3.S3Store}. */
@NullMarked
package glance.store.s3;

import org.jspecify.annotations.NullMarked;
