package glance.store.s3;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One S3 store's configuration, with upstream's option names.
 *
 * @param endpoint scheme, host and port the calls go to
 * @param host as it stands in locations' URLs
 * @param scheme of locations' URLs: {@code s3}, or {@code s3+https} when the host is given with {@code https://}
 * @param largeObject bytes from which on an upload is cut into parts
 * @param part bytes of a part
 * @param inFlight parts on their way at a time
 * @param checksums whether parts carry a CRC-32 for the server to check
 * @param signsBodies whether the hash of every body is part of its signature
 * @param credentialsInUrls whether locations are written as upstream's 2026.1 and older read them
 */
record S3Config(
        URI endpoint,
        String host,
        String scheme,
        String region,
        Keys keys,
        String bucket,
        boolean createBucket,
        boolean bucketInHost,
        long largeObject,
        int part,
        int inFlight,
        Optional<Path> authorities,
        boolean checksums,
        boolean signsBodies,
        boolean credentialsInUrls) {
    private static final int MIB = 1 << 20;

    /** S3 refuses smaller parts but for the last. */
    private static final int LEAST_PART_MIB = 5;

    /** Parts are held in memory. */
    private static final int MOST_PART_MIB = 64;

    /** Amazon's hosts that carry their region. */
    private static final Pattern AMAZON = Pattern.compile("s3-([a-z]{2}-[a-z]+-[0-9])\\.amazonaws\\.com(\\.cn)?");

    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
    /** Of buckets that locations name, which may have dots. */
    private static final Pattern HOST_PART = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    static final Option<String> HOST =
            Option.text("s3_store_host").help("Endpoint, best with its scheme: https://s3.example.org:443.");
    static final Option<String> REGION = Option.text("s3_store_region_name")
            .orElse("")
            .help(
                    "Region of signatures and of a bucket that is created. Empty: us-east-1, or the host's where it names one.");
    static final Option<String> ACCESS_KEY =
            Option.text("s3_store_access_key").secret().reloadable().help("Access key.");
    static final Option<String> SECRET_KEY =
            Option.text("s3_store_secret_key").secret().reloadable().help("Secret key.");
    static final Option<String> BUCKET = Option.text("s3_store_bucket").help("Bucket that holds the images.");
    static final Option<Boolean> CREATE_BUCKET = Option.flag("s3_store_create_bucket_on_put")
            .orElse(false)
            .help("Create the bucket when it is missing on an upload.");
    static final Option<String> URL_FORMAT = Option.text("s3_store_bucket_url_format")
            .oneOf("auto", "virtual", "path")
            .orElse("auto")
            .help(
                    "Where requests name the bucket: in the host (virtual) or in the path. auto: in the path, but for Amazon's"
                            + " own hosts.");
    static final Option<Integer> LARGE_OBJECT = Option.integer("s3_store_large_object_size")
            .atLeast(0)
            .orElse(100)
            .help("MiB from which on an upload is sent in parts. 0: always.");
    static final Option<Integer> PART =
            Option.integer("s3_store_large_object_chunk_size").orElse(10).help("MiB of a part, 5 to 64.");
    static final Option<Integer> THREAD_POOLS = Option.integer("s3_store_thread_pools")
            .orElse(10)
            .help("Parts of one upload on their way at a time, at least 1.");
    static final Option<String> CA_FILE = Option.text("s3_store_cacert")
            .orElse("")
            .help("PEM file of certificates to trust instead of the system's.");
    static final Option<Boolean> INTEGRITY = Option.flag("s3_store_enable_data_integrity_protection")
            .orElse(false)
            .help("Whether the two options below are looked at. Many servers other than Amazon's refuse checksums.");
    static final Option<String> REQUEST_CHECKSUMS = Option.text("s3_store_request_checksum_calculation")
            .oneOf("when_required", "when_supported")
            .orElse("when_required")
            .help("when_supported: parts are sent with a CRC-32, which the server checks.");
    static final Option<String> RESPONSE_CHECKSUMS = Option.text("s3_store_response_checksum_validation")
            .oneOf("when_required", "when_supported")
            .orElse("when_required")
            .help("Accepted for compatibility: downloads are ranges, for which S3 has no checksums.");
    static final Option<Boolean> PAYLOAD_SIGNING = Option.flag("s3_store_payload_signing")
            .orElse(false)
            .help(
                    "Hash and sign every body, for servers that refuse others over plain HTTP; ours. false: once the server wants"
                            + " it.");
    static final Option<Boolean> CREDENTIALS_IN_URLS = Option.flag("s3_store_credentials_in_urls")
            .orElse(false)
            .help(
                    "Write locations with the keys in them, as releases of the reference up to 2026.1 need them; ours. Both"
                            + " forms are read.");

    private static final List<Option<?>> OPTIONS = List.of(
            HOST,
            REGION,
            ACCESS_KEY,
            SECRET_KEY,
            BUCKET,
            CREATE_BUCKET,
            URL_FORMAT,
            LARGE_OBJECT,
            PART,
            THREAD_POOLS,
            CA_FILE,
            INTEGRITY,
            REQUEST_CHECKSUMS,
            RESPONSE_CHECKSUMS,
            PAYLOAD_SIGNING,
            CREDENTIALS_IN_URLS);

    /** An access key and its secret, which is never shown. */
    record Keys(String access, String secret) {
        @Override
        public String toString() {
            return access.isEmpty() ? "none" : "***";
        }
    }

    static OptionGroup options(String section) {
        return new OptionGroup(section, "The S3 store.", OPTIONS);
    }

    /**
     * @throws ConfigException naming the option that is missing or wrong
     */
    static S3Config from(Section section) {
        String given = required(section, HOST);
        boolean secure = given.toLowerCase(Locale.ROOT).startsWith("https://");
        String host = given.replaceFirst("(?i)^https?://", "").replaceFirst("/+$", "");
        String region = section.get(REGION);
        String bucket = required(section, BUCKET);
        Matcher amazon = AMAZON.matcher(host);
        URI endpoint = endpoint(section, secure, host);
        boolean amazonsOwn = region.isEmpty() && amazon.matches();
        if (amazonsOwn) {
            region = amazon.group(1);
            String china = amazon.group(2) == null ? "" : amazon.group(2);
            endpoint = URI.create("https://s3." + region + ".amazonaws.com" + china);
        }
        return new S3Config(
                endpoint,
                host,
                secure ? "s3+https" : "s3",
                region.isEmpty() ? "us-east-1" : region,
                new Keys(required(section, ACCESS_KEY), required(section, SECRET_KEY)),
                bucket,
                section.get(CREATE_BUCKET),
                bucketInHost(section, bucket, endpoint, amazonsOwn),
                (long) section.get(LARGE_OBJECT) * MIB,
                within(section, PART, LEAST_PART_MIB, MOST_PART_MIB) * MIB,
                within(section, THREAD_POOLS, 1, 100),
                Optional.of(section.get(CA_FILE))
                        .filter(name -> !name.isBlank())
                        .map(Path::of),
                section.get(INTEGRITY) && section.get(REQUEST_CHECKSUMS).equals("when_supported"),
                section.get(PAYLOAD_SIGNING),
                section.get(CREDENTIALS_IN_URLS));
    }

    private static URI endpoint(Section section, boolean secure, String host) {
        try {
            URI uri = URI.create((secure ? "https://" : "http://") + host);
            if (uri.getHost() != null && uri.getPath().isEmpty() && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException malformed) {
            // told below
        }
        throw bad(section, HOST, "'" + host + "' is not accepted; accepted: [http[s]://]host[:port]");
    }

    private static boolean bucketInHost(Section section, String bucket, URI endpoint, boolean amazonsOwn) {
        boolean possible = DNS_NAME.matcher(bucket).matches();
        return switch (section.get(URL_FORMAT)) {
            case "path" -> false;
            case "virtual" -> {
                if (!possible) {
                    throw bad(section, BUCKET, "'" + bucket + "' cannot stand in a host name, as virtual URLs need");
                }
                yield !ADDRESS.matcher(endpoint.getHost()).matches();
            }
            default -> amazonsOwn && possible;
        };
    }

    /** Whether requests can name that bucket: where it stands in the host, nothing else may get there. */
    boolean canName(String other) {
        return !bucketInHost || HOST_PART.matcher(other).matches();
    }

    private static String required(Section section, Option<String> option) {
        return section.find(option)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> bad(section, option, "is not set, an S3 store needs it"));
    }

    private static int within(Section section, Option<Integer> option, int least, int most) {
        int value = section.get(option);
        if (value < least || value > most) {
            throw bad(section, option, value + " is not accepted; accepted: " + least + " to " + most);
        }
        return value;
    }

    private static ConfigException bad(Section section, Option<?> option, String why) {
        return new ConfigException("option " + option.name() + " in [" + section.name() + "]: " + why);
    }
}
