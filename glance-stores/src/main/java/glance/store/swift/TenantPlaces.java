package glance.store.swift;

import glance.image.ImageId;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Accounts of many projects: a container for each image, which locations name by the account's storage URL, without
 * credentials. Tokens go only where those who gave them say that the object storage is: a location may be anybody's text.
 */
final class TenantPlaces implements SwiftPlaces {
    private final SwiftConfig config;
    private final Rights rights;
    private final SwiftPlaces withCredentials;

    /** Whose rights there are. */
    interface Rights {
        /** The account that new data goes to, as storage URL. */
        Optional<String> account();

        /**
         * The rights at any account.
         *
         * @throws StoreException.Denied when there are none, or that is no place to show a token at
         */
        SwiftSession at(String storage) throws StoreException;
    }

    /**
     * @param withCredentials where locations lead that hold credentials of their own
     */
    TenantPlaces(SwiftConfig config, Rights rights, SwiftPlaces withCredentials) {
        this.config = config;
        this.rights = rights;
        this.withCredentials = withCredentials;
    }

    @Override
    public Optional<Place> ofNew(ImageId image) {
        Optional<String> account = rights.account();
        if (account.isEmpty()) {
            return Optional.empty();
        }
        String container = config.container() + "_" + image;
        String storage = account.get();
        StoreLocation location = StoreLocation.of((storage.startsWith("http://") ? "swift+http://" : "swift+https://")
                + SwiftUrl.bare(storage) + "/" + container + "/" + image);
        try {
            return Optional.of(
                    new Place(new SwiftClient.Target(rights.at(storage), container, image.value()), location));
        } catch (StoreException denied) {
            return Optional.empty();
        }
    }

    @Override
    public SwiftClient.Target at(StoreLocation location) throws StoreException {
        SwiftUrl url = SwiftUrl.parse(location);
        if (url.user().isPresent() || url.scheme().equals(SwiftUrl.CONFIG)) {
            return withCredentials.at(location);
        }
        String storage = (url.secure() ? "https://" : "http://") + url.address();
        return new SwiftClient.Target(rights.at(storage), url.container(), url.object());
    }

    @Override
    public boolean holds(StoreLocation location) {
        try {
            SwiftUrl url = SwiftUrl.parse(location);
            return url.user().isEmpty()
                    && !url.scheme().equals(SwiftUrl.CONFIG)
                    && url.container().equals(config.container() + "_" + url.object());
        } catch (StoreException malformed) {
            return false;
        }
    }

    @Override
    public boolean containerPerImage() {
        return true;
    }

    @Override
    public Map<String, String> containerHeaders() {
        return Map.of("X-Container-Write", writers(config));
    }

    /** The projects that may write into every container, as Swift's ACLs name them. */
    static String writers(SwiftConfig config) {
        List<String> administrators =
                config.tenants().map(SwiftConfig.Tenants::administrators).orElse(List.of());
        return administrators.stream().map(project -> project + ":*").collect(Collectors.joining(","));
    }
}
