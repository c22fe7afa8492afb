package glance.auth.keystone;

import glance.auth.Caller;
import glance.auth.Secret;
import glance.auth.ServiceCatalog;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Keystone said of a token.
 *
 * @param roles lower case
 * @param accessRules what the application credential behind the token is limited to; null when to nothing
 * @param serviceTypes the types its catalog holds
 * @param catalog where those services are that are used on the user's behalf
 * @param bound whether it is bound to a Kerberos identity, which nobody here can show
 */
record ValidToken(
        Instant end,
        @Nullable String userId,
        @Nullable String userDomainId,
        @Nullable String projectId,
        @Nullable String projectDomainId,
        @Nullable String domainId,
        boolean system,
        Set<String> roles,
        boolean isAdminProject,
        @Nullable List<AccessRule> accessRules,
        Set<String> serviceTypes,
        ServiceCatalog catalog,
        boolean bound) {
    ValidToken {
        roles = Set.copyOf(roles);
        accessRules = accessRules == null ? null : List.copyOf(accessRules);
        serviceTypes = Set.copyOf(serviceTypes);
    }

    /**
     * Reads the {@code token} member of Keystone's answer.
     *
     * @param usedTypes of the catalog only these services are kept: many tokens are, and catalogs are long
     */
    static ValidToken of(JsonNode token, Set<String> usedTypes) {
        return new ValidToken(
                OffsetDateTime.parse(token.path("expires_at").asString()).toInstant(),
                text(token.path("user").path("id")),
                text(token.path("user").path("domain").path("id")),
                text(token.path("project").path("id")),
                text(token.path("project").path("domain").path("id")),
                text(token.path("domain").path("id")),
                token.path("system").path("all").asBoolean(false),
                texts(token.path("roles"), "name", true),
                token.path("is_admin_project").asBoolean(true),
                rules(token.path("application_credential").path("access_rules")),
                texts(token.path("catalog"), "type", false),
                Catalogs.of(token.path("catalog"), usedTypes),
                token.path("bind").has("kerberos"));
    }

    /** The caller this token and an optional service token make; not yet asked whether it is an administrator. */
    Caller caller(Secret token, Optional<ValidToken> service) {
        return new Caller(
                userId,
                userDomainId,
                projectId,
                projectDomainId,
                domainId,
                system ? "all" : null,
                roles,
                service.map(ValidToken::asService).orElse(Caller.ServiceIdentity.NONE),
                isAdminProject,
                false,
                false,
                token,
                catalog);
    }

    private Caller.ServiceIdentity asService() {
        return new Caller.ServiceIdentity(userId, userDomainId, projectId, projectDomainId, roles);
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }

    private static Set<String> texts(JsonNode list, String member, boolean lowerCase) {
        Set<String> texts = new HashSet<>();
        for (JsonNode each : list) {
            String text = text(each.path(member));
            if (text != null) {
                texts.add(lowerCase ? text.toLowerCase(Locale.ROOT) : text);
            }
        }
        return texts;
    }

    private static @Nullable List<AccessRule> rules(JsonNode list) {
        if (!list.isArray()) {
            return null;
        }
        List<AccessRule> rules = new ArrayList<>();
        for (JsonNode each : list) {
            rules.add(new AccessRule(
                    each.path("service").asString(""),
                    each.path("method").asString(""),
                    each.path("path").asString("")));
        }
        return rules;
    }
}
