@NullMarked
package glance.store.http;

import org.jspecify.annotations.NullMarked;
