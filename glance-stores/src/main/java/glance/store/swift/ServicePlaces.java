package glance.store.swift;

import glance.http.client.ControlClient;
import glance.image.ImageId;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The service's own account, and those that older locations name with their credentials. */
final class ServicePlaces implements SwiftPlaces {
    /** Accounts that only URLs name: of older configurations, a few. */
    private static final int MOST_SESSIONS = 200;

    private volatile SwiftConfig config;
    private final ControlClient control;
    private final InstantSource clock;
    private final Map<SwiftAccount, SwiftSession> sessions = new ConcurrentHashMap<>();

    ServicePlaces(SwiftConfig config, ControlClient control, InstantSource clock) {
        this.config = config;
        this.control = control;
        this.clock = clock;
    }

    /** Accounts and keys as they are now; what is under way keeps its token. */
    void use(SwiftConfig next) {
        config = next;
        sessions.clear();
    }

    /** The service's own, as it is now. */
    Optional<SwiftAccount> serviceAccount() {
        return config.serviceAccount();
    }

    SwiftSession session(SwiftAccount account) {
        if (sessions.size() > MOST_SESSIONS) {
            sessions.clear(); // all log in again when they are next needed
        }
        return sessions.computeIfAbsent(account, it -> new ServiceSession(it, config, control, clock));
    }

    /**
     * A caller's token for one transfer, renewed in a long one by a trust where the service has a user that can be trusted: one
     * with a password, at an identity service of version 3.
     */
    SwiftSession ofCaller(SwiftSession.Grant callers) {
        SwiftConfig now = config;
        boolean trusts = now.tenants().map(SwiftConfig.Tenants::trusts).orElse(false);
        return now.serviceAccount()
                .filter(own -> trusts && own.version() == SwiftAccount.Version.V3)
                .filter(own -> own.credential().isEmpty())
                .<SwiftSession>map(own -> new TrustedSession(
                        callers,
                        new Identity(own.address(), control, clock),
                        own,
                        Duration.ofSeconds(now.expireSoon()),
                        clock))
                .orElseGet(() -> new TenantRights.CallerSession(callers));
    }

    @Override
    public Optional<Place> ofNew(ImageId image) {
        String container = container(image);
        return Optional.of(new Place(
                new SwiftClient.Target(session(config.account()), container, image.value()),
                StoreLocation.of(SwiftUrl.prefix(config, container) + image)));
    }

    /** With a seed, so many characters of the id, and as many more as there are dashes among them. */
    String container(ImageId image) {
        if (config.seed() == 0) {
            return config.container();
        }
        String text = image.value().toLowerCase(Locale.ROOT);
        int count = Math.min(config.seed(), text.length());
        int dashes =
                (int) text.substring(0, count).chars().filter(one -> one == '-').count();
        return config.container() + "_" + text.substring(0, Math.min(text.length(), count + dashes));
    }

    @Override
    public SwiftClient.Target at(StoreLocation location) throws StoreException {
        SwiftUrl url = SwiftUrl.parse(location);
        return new SwiftClient.Target(session(account(url, location)), url.container(), url.object());
    }

    private SwiftAccount account(SwiftUrl url, StoreLocation location) throws StoreException {
        if (url.scheme().equals(SwiftUrl.CONFIG)) {
            // Upstream writes "None" for a default reference that nobody set.
            String reference = url.address().equals("None") ? config.reference() : url.address();
            SwiftAccount named = config.accounts().get(reference);
            if (named == null) {
                throw new StoreException.Unavailable(
                        "there is no account '" + reference + "', which location " + location + " names", null);
            }
            return named;
        }
        if (url.user().isEmpty()) {
            return withoutCredentials(url, location);
        }
        return new SwiftAccount(
                (url.secure() ? "https://" : "http://") + url.address(),
                config.serviceAccount().map(SwiftAccount::version).orElse(SwiftAccount.Version.V3),
                url.user().get(),
                url.key().orElse(""),
                Optional.empty(),
                SwiftAccount.Domain.DEFAULT,
                SwiftAccount.Domain.DEFAULT);
    }

    /** What is written for an application credential, and nothing else: a client may have recorded any other text. */
    private SwiftAccount withoutCredentials(SwiftUrl url, StoreLocation location) throws StoreException {
        return config.serviceAccount()
                .filter(own -> own.credential().isPresent())
                .filter(own -> SwiftUrl.bare(own.address()).equals(url.address()))
                .orElseThrow(() -> new StoreException.Denied("location " + location + " names no account", null));
    }

    @Override
    public boolean holds(StoreLocation location) {
        // With a seed the container's name only begins as configured.
        String prefix = SwiftUrl.prefix(config, config.container());
        return config.seed() == 0
                ? location.url().startsWith(prefix)
                : location.url().startsWith(prefix.substring(0, prefix.length() - 1) + "_");
    }

    @Override
    public boolean containerPerImage() {
        return false;
    }

    @Override
    public Map<String, String> containerHeaders() {
        return Map.of();
    }
}
