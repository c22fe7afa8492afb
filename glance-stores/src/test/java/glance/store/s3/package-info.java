/** Tests of the S3 store, against a real server where there is one to ask. */
@NullMarked
package glance.store.s3;

import org.jspecify.annotations.NullMarked;
