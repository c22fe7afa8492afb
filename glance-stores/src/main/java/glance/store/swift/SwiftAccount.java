package glance.store.swift;

import java.util.Optional;

/**
 * How to log in to one account.
 *
 * @param address of the identity service: v3's, or v1's of the object storage itself
 * @param user {@code project:user}
 * @param key the user's password
 * @param credential wins over user and key
 * @param userDomain of the user
 * @param projectDomain of the project
 */
record SwiftAccount(
        String address,
        Version version,
        String user,
        String key,
        Optional<Credential> credential,
        Domain userDomain,
        Domain projectDomain) {
    /** What the login speaks. */
    enum Version {
        V1,
        V3
    }

    /** An application credential. */
    record Credential(String id, String secret) {
        @Override
        public String toString() {
            return "credential " + id;
        }
    }

    /** By id or by name. */
    record Domain(boolean byId, String value) {
        static final Domain DEFAULT = new Domain(true, "default");
    }

    String project() {
        return user.substring(0, user.indexOf(':'));
    }

    String userName() {
        return user.substring(user.indexOf(':') + 1);
    }

    @Override
    public String toString() {
        return "account at " + address;
    }
}
