/**
 * The packaged server under real clients: {@code python3-glanceclient}, {@code python3-openstackclient}, curl and our own
 * {@code glance}, without authentication and with a real Keystone, with real images. Nothing here calls our code in this
 * process. A test whose programs are not installed is skipped, saying which; with {@code CI=true} it fails.
 */
@NullMarked
package glance.e2e;

import org.jspecify.annotations.NullMarked;
