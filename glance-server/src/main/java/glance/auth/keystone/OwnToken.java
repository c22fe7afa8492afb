package glance.auth.keystone;

import glance.auth.Secret;
import glance.config.Configuration;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The token this service shows to other services. One login serves until the token ends or is refused. Thread-safe. */
public final class OwnToken implements AutoCloseable {
    private final KeystoneClient keystone;

    private OwnToken(KeystoneClient keystone) {
        this.keystone = keystone;
    }

    /**
     * A user of the old form, in the default domain.
     *
     * @param address the identity service, with or without a version
     */
    public record User(URI address, Optional<String> region, String name, Secret password, String project) {}

    /**
     * The service user of {@code [keystone_authtoken]}. Makes no call yet.
     *
     * @throws glance.config.ConfigException when the section does not say how to log in
     */
    public static OwnToken ofServiceUser(Configuration configuration) {
        KeystoneConfig.Connection connection = KeystoneConfig.connection(configuration.section(KeystoneConfig.SECTION));
        return new OwnToken(
                new KeystoneClient(KeystoneConfig.login(configuration), connection, InstantSource.system()));
    }

    /** Another user; how Keystone is reached says {@code [keystone_authtoken]}. Makes no call yet. */
    public static OwnToken of(User user, Configuration configuration) {
        KeystoneConfig.Connection usual = KeystoneConfig.connection(configuration.section(KeystoneConfig.SECTION));
        ServiceLogin login = ServiceLogin.ofPassword(
                List.of(user.address()), user.name(), user.password().reveal(), user.project());
        return new OwnToken(new KeystoneClient(
                login,
                new KeystoneConfig.Connection(
                        usual.timeout(),
                        usual.retries(),
                        usual.endpoint(),
                        user.region().or(usual::region),
                        usual.tls()),
                InstantSource.system()));
    }

    /**
     * The token, from a new login if need be.
     *
     * @throws glance.error.GlanceException.Unavailable when Keystone does not answer, or refuses the user
     */
    public Secret get() {
        return keystone.ownToken();
    }

    /** Says that another service did not take this token. */
    public void refused(Secret token) {
        keystone.forgetOwn(token);
    }

    @Override
    public void close() {
        keystone.close();
    }
}
