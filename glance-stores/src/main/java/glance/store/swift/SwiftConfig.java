package glance.store.swift;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One Swift store's configuration, with upstream's option names.
 *
 * @param accounts by reference; one, the default reference, when there is no account file
 * @param inFile whether accounts come from a file: then locations name the reference instead of the account
 * @param seed characters of the image's id in the container's name
 * @param largeObject bytes from which on an image is cut into segments
 * @param segment bytes of a segment
 * @param endpoint storage URL instead of the catalog's
 * @param retries of a slice of a download that breaks
 * @param expireSoon seconds before its end at which a token is renewed
 * @param tenants how callers' own accounts are used; empty when all is in the service's
 */
record SwiftConfig(
        Map<String, SwiftAccount> accounts,
        String reference,
        boolean inFile,
        String container,
        boolean createContainer,
        int seed,
        long largeObject,
        int segment,
        Optional<String> endpoint,
        Catalog catalog,
        boolean insecure,
        Optional<Path> authorities,
        int retries,
        int expireSoon,
        Optional<Tenants> tenants) {
    /** What upstream calls a megabyte. */
    private static final int MEGABYTE = 1000 * 1024;

    /**
     * Images in callers' own accounts.
     *
     * @param administrators projects that may write into every container
     * @param trusts whether a long transfer goes on by a trust when the caller's token ends
     */
    record Tenants(List<String> administrators, boolean trusts) {
        Tenants {
            administrators = List.copyOf(administrators);
        }
    }

    /** What is looked for in the catalog of a token. */
    record Catalog(String type, String endpoint, Optional<String> region) {}

    static final Option<String> REFERENCE = Option.text("default_swift_reference")
            .orElse("ref1")
            .help("The account images are written to: a section of swift_store_config_file.");
    static final Option<String> ACCOUNT_FILE = Option.text("swift_store_config_file")
            .help("File with accounts, a section each. Not set: the account of the options below.");
    static final Option<String> AUTH_ADDRESS =
            Option.text("swift_store_auth_address").help("Address of the identity service, version 3.");
    static final Option<String> USER =
            Option.text("swift_store_user").secret().reloadable().help("project:user.");
    static final Option<String> KEY =
            Option.text("swift_store_key").secret().reloadable().help("The user's password.");
    static final Option<String> AUTH_VERSION = Option.text("swift_store_auth_version")
            .oneOf("1", "2", "3")
            .orElse("3")
            .help("3, or 1 for a login at the object storage itself (an addition of ours). 2 is refused.");
    static final Option<String> CREDENTIAL_ID = Option.text("swift_store_application_credential_id")
            .reloadable()
            .help("Application credential to log in with; wins over user and key.");
    static final Option<String> CREDENTIAL_SECRET = Option.text("swift_store_application_credential_secret")
            .secret()
            .reloadable()
            .help("The application credential's secret.");
    static final Option<String> PROJECT_NAME = Option.text("swift_store_project_name")
            .help("Accepted for compatibility: an application credential has its project.");
    static final Option<String> PROJECT_ID = Option.text("swift_store_project_id")
            .help("Accepted for compatibility: an application credential has its project.");
    static final Option<String> CONTAINER = Option.text("swift_store_container")
            .orElse("glance")
            .help("Container of the images, or the beginning of the containers' names.");
    static final Option<Boolean> CREATE_CONTAINER = Option.flag("swift_store_create_container_on_put")
            .orElse(false)
            .help("Create a container that is missing on an upload.");
    static final Option<Integer> SEED = Option.integer("swift_store_multiple_containers_seed")
            .atLeast(0)
            .atMost(32)
            .orElse(0)
            .help("Characters of an image's id that its container's name ends with: many containers instead of one.");
    static final Option<Boolean> MULTI_TENANT = Option.flag("swift_store_multi_tenant")
            .orElse(false)
            .help("Images in the accounts of those who upload them, with their tokens.");
    static final Option<List<String>> ADMIN_TENANTS = Option.list("swift_store_admin_tenants")
            .orElse(List.of())
            .help("With swift_store_multi_tenant: ids of projects that may write into every image's container.");
    static final Option<Boolean> USE_TRUSTS = Option.flag("swift_store_use_trusts")
            .orElse(true)
            .help(
                    "With swift_store_multi_tenant: entrust swift_store_user with the caller's rights during a transfer of more"
                            + " than 30 seconds, so that it outlives the caller's token.");
    static final Option<Integer> LARGE_OBJECT = Option.integer("swift_store_large_object_size")
            .atLeast(1)
            .orElse(5120)
            .help("Units of 1,024,000 bytes from which on an image is stored in segments.");
    static final Option<Integer> SEGMENT = Option.integer("swift_store_large_object_chunk_size")
            .atLeast(1)
            .atMost(2000)
            .orElse(200)
            .help(
                    "Units of 1,024,000 bytes of a segment. Four segments are sent at a time where [remote_stores] memory holds"
                            + " as many: of up to 32 units by default. Larger ones are streamed one after the other.");
    static final Option<String> ENDPOINT = Option.text("swift_store_endpoint")
            .help("Storage URL of the account, instead of the one of the identity service's catalog.");
    static final Option<String> ENDPOINT_TYPE = Option.text("swift_store_endpoint_type")
            .oneOf("publicURL", "internalURL", "adminURL")
            .orElse("publicURL")
            .help("Which of the catalog's endpoints.");
    static final Option<String> SERVICE_TYPE =
            Option.text("swift_store_service_type").orElse("object-store").help("Type of the service in the catalog.");
    static final Option<String> REGION =
            Option.text("swift_store_region").help("Region of the endpoint in the catalog. Not set: the first.");
    static final Option<Boolean> INSECURE = Option.flag("swift_store_auth_insecure")
            .orElse(false)
            .help("Do not check certificates, neither the identity service's nor the object storage's.");
    static final Option<String> CA_FILE =
            Option.text("swift_store_cacert").help("PEM file of certificates to trust instead of the system's.");
    static final Option<Boolean> COMPRESSION =
            Option.flag("swift_store_ssl_compression").orElse(true).help("Accepted for compatibility: obsolete.");
    static final Option<Integer> RETRIES = Option.integer("swift_store_retry_get_count")
            .atLeast(0)
            .orElse(0)
            .help("How often a slice of a download that breaks is asked for again; 3 times at least.");
    static final Option<Integer> EXPIRE_SOON = Option.integer("swift_store_expire_soon_interval")
            .atLeast(0)
            .orElse(60)
            .help("Seconds before the end of a token at which it is renewed.");
    static final Option<Boolean> BUFFER = Option.flag("swift_buffer_on_upload")
            .orElse(false)
            .help(
                    "Accepted for compatibility: segments that are sent several at a time are held in memory and repeated, larger ones not.");
    static final Option<String> BUFFER_DIRECTORY =
            Option.text("swift_upload_buffer_dir").help("Accepted for compatibility; see swift_buffer_on_upload.");

    private static final List<Option<?>> OPTIONS = List.of(
            REFERENCE,
            ACCOUNT_FILE,
            AUTH_ADDRESS,
            USER,
            KEY,
            AUTH_VERSION,
            CREDENTIAL_ID,
            CREDENTIAL_SECRET,
            PROJECT_NAME,
            PROJECT_ID,
            CONTAINER,
            CREATE_CONTAINER,
            SEED,
            MULTI_TENANT,
            ADMIN_TENANTS,
            USE_TRUSTS,
            LARGE_OBJECT,
            SEGMENT,
            ENDPOINT,
            ENDPOINT_TYPE,
            SERVICE_TYPE,
            REGION,
            INSECURE,
            CA_FILE,
            COMPRESSION,
            RETRIES,
            EXPIRE_SOON,
            BUFFER,
            BUFFER_DIRECTORY);

    static OptionGroup options(String section) {
        return new OptionGroup(section, "The Swift store.", OPTIONS);
    }

    /** The service's own account. */
    SwiftAccount account() {
        return serviceAccount()
                .orElseThrow(() -> new IllegalStateException(
                        "the default account was looked for when the configuration was read"));
    }

    /** The service's own account; there is always one unless {@link #tenants} have theirs. */
    Optional<SwiftAccount> serviceAccount() {
        return Optional.ofNullable(accounts.get(reference));
    }

    /**
     * @throws ConfigException naming the option that is missing or wrong
     */
    static SwiftConfig from(Section section) {
        boolean tenants = section.get(MULTI_TENANT);
        Optional<String> file = section.find(ACCOUNT_FILE).filter(name -> !name.isBlank());
        if (tenants && file.isPresent()) {
            throw bad(section, ACCOUNT_FILE, "is not accepted together with " + MULTI_TENANT.name() + " = true");
        }
        String reference = section.get(REFERENCE);
        Map<String, SwiftAccount> accounts = accounts(section, file, reference, tenants);
        if (!tenants && !accounts.containsKey(reference)) {
            throw bad(section, REFERENCE, "'" + reference + "' is no usable account of " + file.orElse("this section"));
        }
        return new SwiftConfig(
                accounts,
                reference,
                file.isPresent(),
                section.get(CONTAINER),
                section.get(CREATE_CONTAINER),
                section.get(SEED),
                (long) section.get(LARGE_OBJECT) * MEGABYTE,
                section.get(SEGMENT) * MEGABYTE,
                section.find(ENDPOINT).filter(text -> !text.isBlank()).map(text -> text.replaceAll("/+$", "")),
                new Catalog(
                        section.get(SERVICE_TYPE),
                        section.get(ENDPOINT_TYPE).replace("URL", ""),
                        section.find(REGION).filter(text -> !text.isBlank())),
                section.get(INSECURE),
                section.find(CA_FILE).filter(text -> !text.isBlank()).map(Path::of),
                Math.max(3, section.get(RETRIES)),
                section.get(EXPIRE_SOON),
                tenants
                        ? Optional.of(new Tenants(section.get(ADMIN_TENANTS), section.get(USE_TRUSTS)))
                        : Optional.empty());
    }

    /** Where callers bring their own accounts the service need not have one. */
    private static Map<String, SwiftAccount> accounts(
            Section section, Optional<String> file, String reference, boolean tenants) {
        if (file.isPresent()) {
            return AccountFile.read(Path.of(file.get()));
        }
        boolean none =
                section.find(AUTH_ADDRESS).filter(text -> !text.isBlank()).isEmpty();
        return tenants && none ? Map.of() : Map.of(reference, configured(section));
    }

    private static SwiftAccount configured(Section section) {
        String address = required(section, AUTH_ADDRESS);
        Optional<String> id = section.find(CREDENTIAL_ID).filter(text -> !text.isBlank());
        Optional<String> secret = section.find(CREDENTIAL_SECRET).filter(text -> !text.isBlank());
        Optional<SwiftAccount.Credential> credential =
                id.flatMap(known -> secret.map(hidden -> new SwiftAccount.Credential(known, hidden)));
        String user = credential.isPresent() ? "" : required(section, USER);
        if (credential.isEmpty() && user.chars().filter(one -> one == ':').count() != 1) {
            throw bad(section, USER, "its value is not accepted; accepted: project:user");
        }
        return new SwiftAccount(
                address,
                version(section),
                user,
                credential.isPresent() ? "" : required(section, KEY),
                credential,
                SwiftAccount.Domain.DEFAULT,
                SwiftAccount.Domain.DEFAULT);
    }

    private static SwiftAccount.Version version(Section section) {
        return switch (section.get(AUTH_VERSION)) {
            case "1" -> SwiftAccount.Version.V1;
            case "2" ->
                throw bad(section, AUTH_VERSION, "2 is not accepted: Keystone dropped it in 2017; accepted: 3, 1");
            default -> SwiftAccount.Version.V3;
        };
    }

    private static String required(Section section, Option<String> option) {
        return section.find(option)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> bad(section, option, "is not set, a Swift store without account file needs it"));
    }

    private static ConfigException bad(Section section, Option<?> option, String why) {
        return new ConfigException("option " + option.name() + " in [" + section.name() + "]: " + why);
    }
}
