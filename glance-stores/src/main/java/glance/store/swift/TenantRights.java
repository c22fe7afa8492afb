package glance.store.swift;

import glance.auth.Caller;
import glance.auth.Secret;
import glance.auth.ServiceCatalog;
import glance.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** The rights that lead into projects' accounts: the caller's or, where nobody calls, the service's own. */
final class TenantRights {
    private TenantRights() {}

    /** A caller's token, as it came with the request; it cannot be renewed. */
    record CallerSession(Grant grant) implements SwiftSession {
        @Override
        public void forget(Grant stale) {
            // The caller has no other.
        }
    }

    /** The service's token, shown at another account of the storage it leads to. */
    private record VisitingSession(SwiftSession own, SwiftConfig config, String storage) implements SwiftSession {
        @Override
        public Grant grant() throws IOException {
            Grant home = own.grant();
            requireKnown(storage, Stream.concat(Stream.of(home.storage()), config.endpoint().stream()));
            return new Grant(home.token(), storage, home.end());
        }

        @Override
        public void forget(Grant stale) {
            own.forget(stale);
        }
    }

    static TenantPlaces.Rights of(Caller caller, SwiftConfig config, ServicePlaces service) {
        return new TenantPlaces.Rights() {
            @Override
            public Optional<String> account() {
                SwiftConfig.Catalog wanted = config.catalog();
                return config.endpoint()
                        .or(() -> caller.catalog().url(wanted.type(), wanted.endpoint(), wanted.region()))
                        .map(url -> url.replaceAll("/+$", ""));
            }

            @Override
            public SwiftSession at(String storage) throws StoreException {
                Secret token = caller.token();
                if (token == null) {
                    throw new StoreException.Denied("the caller has no token to show to the object storage", null);
                }
                requireKnown(
                        storage,
                        Stream.concat(
                                caller.catalog().endpoints().stream().map(ServiceCatalog.Endpoint::url),
                                config.endpoint().stream()));
                return service.ofCaller(new SwiftSession.Grant(token.reveal(), storage, Instant.MAX));
            }
        };
    }

    /** Without a caller: what the service's own user was allowed to, if there is one. */
    static TenantPlaces.Rights ofService(SwiftConfig config, ServicePlaces service) {
        return new TenantPlaces.Rights() {
            @Override
            public Optional<String> account() {
                return Optional.empty();
            }

            @Override
            public SwiftSession at(String storage) throws StoreException {
                SwiftAccount own = service.serviceAccount()
                        .orElseThrow(() -> new StoreException.Denied(
                                "nobody's rights lead to " + storage
                                        + ": no caller asks, and swift_store_user is not set",
                                null));
                return new VisitingSession(service.session(own), config, storage);
            }
        };
    }

    /** Tokens are shown at no other host than those the identity service or the operator named. */
    private static void requireKnown(String storage, Stream<String> known) throws StoreException {
        String place = place(storage);
        if (place.isEmpty() || known.map(TenantRights::place).noneMatch(place::equals)) {
            throw new StoreException.Denied(
                    "no token is shown at " + storage + ", which is no object storage of the catalog", null);
        }
    }

    private static String place(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getScheme() + "://" + uri.getRawAuthority();
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
