package glance.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the user proves who they are. Secrets never show in {@code toString}. */
public sealed interface Credentials {
    /** No proof: a service without authentication. */
    record Anonymous() implements Credentials {}

    /**
     * A token somebody else obtained.
     *
     * @param rescope exchange it for one of the wanted scope first
     */
    record Token(String token, boolean rescope) implements Credentials {
        @Override
        public String toString() {
            return "Token[***]";
        }
    }

    /** User and password; the name goes with its domain. */
    record Password(Party user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Password[" + user + ", ***]";
        }
    }

    /** An application credential, by id, or by name together with its user. */
    record ApplicationCredential(
            @Nullable String id,
            @Nullable String name,
            @Nullable Party user,
            String secret) implements Credentials {
        @Override
        public String toString() {
            return "ApplicationCredential[" + (id == null ? name : id) + ", ***]";
        }
    }

    /** A user or a project: by id, or by name within a domain given by id or name. */
    record Party(
            @Nullable String id,
            @Nullable String name,
            @Nullable String domainId,
            @Nullable String domainName) {
        public Party {
            if (id == null) {
                Objects.requireNonNull(name, "neither id nor name");
            }
        }
    }

    /** What a login is for. */
    sealed interface Scope {
        record Unscoped() implements Scope {}

        record Project(Party project) implements Scope {}

        record Domain(@Nullable String id, @Nullable String name) implements Scope {}

        record OfSystem() implements Scope {}

        record Trust(String id) implements Scope {}
    }
}
