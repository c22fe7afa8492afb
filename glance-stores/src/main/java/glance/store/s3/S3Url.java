package glance.store.s3;

import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.Optional;
import java.util.Set;

/**
 * A location's URL: {@code s3[+http[s]]://[access:secret@]host/bucket/key}. Nothing in it is percent-encoded, and the secret may
 * hold slashes: so it is read from its ends.
 *
 * @param keys of older URLs, which carry them
 */
record S3Url(Optional<S3Config.Keys> keys, String host, String bucket, String key) {
    static final Set<String> SCHEMES = Set.of("s3", "s3+http", "s3+https");

    private static final Set<String> STEPS = Set.of(".", "..");

    /**
     * @throws StoreException.NotFound when the text is no such URL
     */
    static S3Url parse(StoreLocation location) throws StoreException {
        String scheme = location.scheme();
        String rest = location.url().substring(scheme.length() + "://".length());
        if (!SCHEMES.contains(scheme) || rest.contains("://")) {
            throw malformed(location);
        }
        int at = rest.lastIndexOf('@');
        Optional<S3Config.Keys> keys = at < 0 ? Optional.empty() : Optional.of(keys(rest.substring(0, at), location));
        String path = rest.substring(at + 1);
        int key = path.lastIndexOf('/');
        int bucket = key < 0 ? -1 : path.lastIndexOf('/', key - 1);
        if (bucket <= 0 || key == bucket + 1 || key == path.length() - 1) {
            throw malformed(location);
        }
        S3Url url =
                new S3Url(keys, path.substring(0, bucket), path.substring(bucket + 1, key), path.substring(key + 1));
        if (STEPS.contains(url.bucket()) || STEPS.contains(url.key())) {
            throw malformed(location); // on the way, some proxy would take them for steps in the path
        }
        return url;
    }

    private static S3Config.Keys keys(String text, StoreLocation location) throws StoreException {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw malformed(location);
        }
        return new S3Config.Keys(text.substring(0, colon), text.substring(colon + 1));
    }

    private static StoreException malformed(StoreLocation location) {
        return new StoreException.NotFound("location " + location + " is no S3 URL of the form s3://host/bucket/key");
    }

    /** The same place without keys, which end at the last {@code @} before any query or fragment. */
    static StoreLocation withoutKeys(StoreLocation location) {
        String bare = location.url().replaceFirst("^([^:]+://)[^?#]*@", "$1");
        return new StoreLocation(bare, location.metadata());
    }

    /** As recorded for {@code key}. */
    static StoreLocation write(S3Config config, String key) {
        String keys = config.credentialsInUrls()
                ? config.keys().access() + ":" + config.keys().secret() + "@"
                : "";
        return StoreLocation.of(config.scheme() + "://" + keys + config.host() + "/" + config.bucket() + "/" + key);
    }
}
