package glance.auth.keystone;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import glance.auth.Caller;
import glance.auth.Credentials;
import glance.auth.IdentityProvider;
import glance.auth.Secret;
import glance.config.Configuration;
import glance.config.OptionGroup;
import glance.error.GlanceException;
import glance.http.client.ControlClient.Answer;
import glance.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Validates tokens with Keystone v3. A validated token is believed for {@code token_cache_time}, its own end apart; only good
 * answers are kept. Requests that bring the same token at once share one question. When Keystone cannot be asked nobody gets
 * in: 503. Thread-safe.
 */
public final class KeystoneIdentity implements IdentityProvider, AutoCloseable {
    /** The options of this component. */
    public static final OptionGroup OPTIONS = KeystoneConfig.OPTIONS;

    private static final Logger LOG = LoggerFactory.getLogger(KeystoneIdentity.class);
    /** Validated tokens kept; the least used give way. */
    private static final int KEPT_TOKENS = 20_000;

    private final KeystoneConfig config;
    private final KeystoneClient keystone;
    private final Policy policy;
    private final boolean anonymousAllowed;
    private final Set<String> usedTypes;
    private final InstantSource clock;
    /** By SHA-256 of the token. */
    private final Cache<String, ValidToken> validated;
    /** Questions under way; each is completed and removed by the thread that put it there. */
    private final ConcurrentMap<String, CompletableFuture<Optional<ValidToken>>> underWay = new ConcurrentHashMap<>();

    KeystoneIdentity(
            KeystoneConfig config, Policy policy, boolean anonymousAllowed, InstantSource clock, Ticker ticker) {
        this(config, policy, anonymousAllowed, Set.of(), clock, ticker);
    }

    private KeystoneIdentity(
            KeystoneConfig config,
            Policy policy,
            boolean anonymousAllowed,
            Set<String> usedTypes,
            InstantSource clock,
            Ticker ticker) {
        this.config = config;
        this.usedTypes = usedTypes;
        this.policy = policy;
        this.anonymousAllowed = anonymousAllowed;
        this.clock = clock;
        this.keystone = new KeystoneClient(config.login(), config.connection(), clock);
        this.validated = Caffeine.newBuilder()
                .maximumSize(config.cacheTime().isZero() ? 0 : KEPT_TOKENS)
                .expireAfterWrite(config.cacheTime())
                .ticker(ticker)
                .build();
    }

    /**
     * Makes no call yet: the service user logs in when the first token comes.
     *
     * @param anonymousAllowed whether requests without a valid token are served, reading only
     * @param usedTypes types of the services that are used on callers' behalf
     * @throws glance.config.ConfigException when {@code [keystone_authtoken]} does not say how to log in
     */
    public static KeystoneIdentity open(
            Configuration configuration, Policy policy, boolean anonymousAllowed, Set<String> usedTypes) {
        return new KeystoneIdentity(
                KeystoneConfig.from(configuration),
                policy,
                anonymousAllowed,
                usedTypes,
                InstantSource.system(),
                Ticker.systemTicker());
    }

    /** The roles, in lower case, that make a service token of {@code [keystone_authtoken]} count. */
    public static Set<String> serviceRoles(Configuration configuration) {
        return KeystoneConfig.serviceRoles(configuration.section(KeystoneConfig.SECTION));
    }

    @Override
    public Caller authenticate(Credentials credentials) {
        Optional<ValidToken> service = service(credentials);
        boolean serviceCounts = service.filter(this::mayService).isPresent();
        if (credentials.serviceToken() != null && !serviceCounts && !config.delayDecision()) {
            throw unauthenticated();
        }
        boolean expiredCounts = service.filter(this::hasServiceRole).isPresent();
        Secret token = credentials.token();
        Optional<ValidToken> user = token == null
                ? Optional.empty()
                : find(token, expiredCounts)
                        .filter(found -> !found.bound())
                        .filter(found -> serviceCounts || isWithinAccessRules(found, credentials));
        if (token == null || user.isEmpty()) {
            return withoutToken();
        }
        Caller caller = user.get().caller(token, serviceCounts ? service : Optional.empty());
        return caller.withAdmin(policy.isAdmin(caller));
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Keystone uri=\"" + config.challenge() + "\"");
    }

    @Override
    public boolean refusesAtOnce() {
        return !config.delayDecision();
    }

    private Caller withoutToken() {
        if (anonymousAllowed && config.delayDecision()) {
            return Caller.ANONYMOUS;
        }
        throw unauthenticated();
    }

    private static GlanceException.Unauthenticated unauthenticated() {
        return new GlanceException.Unauthenticated("The request you have made requires authentication.");
    }

    private Optional<ValidToken> service(Credentials credentials) {
        Secret token = credentials.serviceToken();
        return token == null ? Optional.empty() : find(token, false).filter(found -> !found.bound());
    }

    private boolean mayService(ValidToken token) {
        return !config.serviceRolesRequired() || hasServiceRole(token);
    }

    private boolean hasServiceRole(ValidToken token) {
        return !Collections.disjoint(token.roles(), config.serviceRoles());
    }

    private boolean isWithinAccessRules(ValidToken token, Credentials credentials) {
        if (token.accessRules() == null) {
            return true;
        }
        String type = config.serviceType().orElse(null);
        if (type == null) {
            LOG.warn("application credential with access rules refused: [keystone_authtoken] service_type is not set");
            return false;
        }
        return token.serviceTypes().contains(type)
                && token.accessRules().stream()
                        .anyMatch(rule ->
                                rule.service().equals(type) && rule.allows(credentials.method(), credentials.path()));
    }

    /** What Keystone says of a token; empty when it is not valid. */
    private Optional<ValidToken> find(Secret token, boolean expiredCounts) {
        if (!isSendable(token.reveal())) {
            return Optional.empty();
        }
        String key = sha256(token.reveal());
        ValidToken known = validated.getIfPresent(key);
        Optional<ValidToken> found = known == null ? ask(token, key, expiredCounts) : Optional.of(known);
        return found.filter(each -> expiredCounts || clock.instant().isBefore(each.end()));
    }

    private Optional<ValidToken> ask(Secret token, String key, boolean expiredCounts) {
        String flight = expiredCounts ? key + "+" : key;
        CompletableFuture<Optional<ValidToken>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<ValidToken>> other = underWay.putIfAbsent(flight, mine);
        if (other != null) {
            return joined(other);
        }
        try {
            Optional<ValidToken> answer = askKeystone(token, expiredCounts);
            answer.ifPresent(valid -> validated.put(key, valid));
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            // Whatever it was, those who joined must not wait for ever.
            mine.completeExceptionally(e);
            throw e;
        } finally {
            underWay.remove(flight, mine);
        }
    }

    private static Optional<ValidToken> joined(CompletableFuture<Optional<ValidToken>> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof GlanceException.Unavailable down) {
                throw new GlanceException.Unavailable(down.reason(), down);
            }
            throw e;
        }
    }

    private Optional<ValidToken> askKeystone(Secret token, boolean expiredCounts) {
        String query = (expiredCounts ? "allow_expired=1" : "") + (config.catalog() ? "" : "&nocatalog");
        Answer answer = keystone.get(
                "/auth/tokens" + (query.isEmpty() ? "" : "?" + query),
                // Without this header Keystone hides tokens that have access rules.
                Map.of("X-Subject-Token", token.reveal(), "OpenStack-Identity-Access-Rules", "1"));
        return switch (answer.status()) {
            case 200 -> Optional.of(ValidToken.of(KeystoneClient.json(answer).path("token"), usedTypes));
            case 400, 404 -> Optional.empty();
            default -> {
                LOG.error("token question answered strangely status={}", answer.status());
                throw new GlanceException.Unavailable("The identity service cannot be asked now");
            }
        };
    }

    /** Whether the text can stand in a header at all. */
    private static boolean isSendable(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        keystone.close();
    }
}
