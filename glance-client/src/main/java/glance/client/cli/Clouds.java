package glance.client.cli;

import glance.client.ClientException;
import glance.client.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The clouds.yaml convention of the OpenStack tools: one cloud of a file becomes values of global options. secure.yaml
 * is laid over the file, a vendor profile of clouds-public.yaml under the cloud. Messages never quote file content,
 * which holds passwords.
 */
final class Clouds {
    private static final long LARGEST_FILE_BYTES = 1 << 20;

    /** A login in the environment is a cloud of its own and goes before the files. */
    private static final List<String> LOGIN_VARIABLES = List.of(
            "OS_AUTH_URL",
            "OS_USERNAME",
            "OS_USER_ID",
            "OS_PASSWORD",
            "OS_AUTH_TOKEN",
            "OS_TOKEN",
            "OS_IMAGE_URL",
            "OS_APPLICATION_CREDENTIAL_ID",
            "OS_APPLICATION_CREDENTIAL_NAME",
            "OS_AUTH_TYPE");

    /** Members of {@code auth}, and the options they stand for. */
    private static final Map<String, String> AUTH_OPTIONS = Map.ofEntries(
            Map.entry("auth_url", "--os-auth-url"),
            Map.entry("username", "--os-username"),
            Map.entry("user_id", "--os-user-id"),
            Map.entry("password", "--os-password"),
            Map.entry("project_name", "--os-project-name"),
            Map.entry("tenant_name", "--os-project-name"),
            Map.entry("project_id", "--os-project-id"),
            Map.entry("tenant_id", "--os-project-id"),
            Map.entry("user_domain_id", "--os-user-domain-id"),
            Map.entry("user_domain_name", "--os-user-domain-name"),
            Map.entry("project_domain_id", "--os-project-domain-id"),
            Map.entry("project_domain_name", "--os-project-domain-name"),
            Map.entry("default_domain_id", "--os-default-domain-id"),
            Map.entry("default_domain", "--os-default-domain-id"),
            Map.entry("default_domain_name", "--os-default-domain-name"),
            Map.entry("domain_id", "--os-domain-id"),
            Map.entry("domain_name", "--os-domain-name"),
            Map.entry("system_scope", "--os-system-scope"),
            Map.entry("trust_id", "--os-trust-id"),
            Map.entry("token", "--os-auth-token"),
            Map.entry("endpoint", "--os-image-url"),
            Map.entry("application_credential_id", "--os-application-credential-id"),
            Map.entry("application_credential_name", "--os-application-credential-name"),
            Map.entry("application_credential_secret", "--os-application-credential-secret"));

    /** Members of the cloud itself; later ones win. */
    private static final Map<String, String> CLOUD_OPTIONS = Map.of(
            "auth_type", "--os-auth-type",
            "region_name", "--os-region-name",
            "interface", "--os-endpoint-type",
            "image_endpoint_override", "--os-image-url",
            "image_service_type", "--os-service-type",
            "cacert", "--os-cacert",
            "cert", "--os-cert",
            "key", "--os-key",
            "insecure", "--insecure",
            "api_timeout", "--timeout");

    private Clouds() {}

    /**
     * The cloud asked for by option or variable, or the only one there is when nothing else says who the user is.
     *
     * @param line the options before the subcommand
     */
    static @Nullable Map<String, String> chosen(Arguments line, Terminal terminal) {
        String asked = line.text("--os-cloud") != null ? line.text("--os-cloud") : terminal.variable("OS_CLOUD");
        boolean named = asked != null && !asked.equals("envvars");
        if (!named && (asked != null || speaksForItself(line, terminal))) {
            return null;
        }
        Optional<Path> file = find("clouds", "OS_CLIENT_CONFIG_FILE", terminal);
        if (file.isEmpty()) {
            if (named) {
                throw new ClientException("Cloud " + Text.quoted(String.valueOf(asked)) + " was not found: there is no"
                        + " clouds.yaml in the current directory, ~/.config/openstack or /etc/openstack");
            }
            return null;
        }
        Map<String, Object> all = new LinkedHashMap<>(read(file.get()));
        find("secure", "OS_CLIENT_SECURE_FILE", terminal).ifPresent(secure -> overlay(all, read(secure)));
        Map<String, Object> clouds = map(all.get("clouds"));
        if (!named) {
            return clouds.size() == 1 ? options(map(clouds.values().iterator().next()), terminal) : null;
        }
        if (!clouds.containsKey(String.valueOf(asked))) {
            throw new ClientException("Cloud " + Text.quoted(String.valueOf(asked)) + " was not found in " + file.get()
                    + ", which has " + String.join(", ", clouds.keySet()));
        }
        return options(map(clouds.get(String.valueOf(asked))), terminal);
    }

    private static boolean speaksForItself(Arguments line, Terminal terminal) {
        return LOGIN_VARIABLES.stream().anyMatch(name -> terminal.variable(name) != null)
                || line.has("--os-image-url")
                || line.has("--os-auth-url");
    }

    private static Map<String, String> options(Map<String, Object> cloud, Terminal terminal) {
        Map<String, Object> whole = new LinkedHashMap<>(profile(cloud, terminal));
        overlay(whole, cloud);
        Map<String, String> options = new LinkedHashMap<>();
        map(whole.get("auth")).forEach((name, value) -> put(options, AUTH_OPTIONS.get(name), value));
        if (whole.get("regions") instanceof List<?> regions && !regions.isEmpty()) {
            Object first = regions.getFirst();
            put(options, "--os-region-name", first instanceof Map<?, ?> region ? region.get("name") : first);
        }
        whole.forEach((name, value) -> put(options, CLOUD_OPTIONS.get(name), value));
        if (Boolean.FALSE.equals(whole.get("verify"))) {
            options.put("--insecure", "true");
        }
        return options;
    }

    private static void put(Map<String, String> options, @Nullable String option, @Nullable Object value) {
        if (option != null && value != null) {
            options.put(option, value.toString());
        }
    }

    private static Map<String, Object> profile(Map<String, Object> cloud, Terminal terminal) {
        Object name = cloud.get("profile") == null ? cloud.get("cloud") : cloud.get("profile");
        if (name == null) {
            return Map.of();
        }
        return find("clouds-public", "OS_CLIENT_VENDOR_FILE", terminal)
                .map(file -> map(map(read(file).get("public-clouds")).get(name.toString())))
                .orElse(Map.of());
    }

    private static Optional<Path> find(String name, String variable, Terminal terminal) {
        List<Path> candidates = new ArrayList<>();
        String given = terminal.variable(variable);
        if (given != null) {
            candidates.add(terminal.directory().resolve(given));
        }
        for (Path directory : List.of(
                terminal.directory(), terminal.home().resolve(".config/openstack"), Path.of("/etc/openstack"))) {
            for (String suffix : List.of(".yaml", ".yml", ".json")) {
                candidates.add(directory.resolve(name + suffix));
            }
        }
        return candidates.stream().filter(Files::isRegularFile).findFirst();
    }

    private static Map<String, Object> read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw new ClientException(file + " is larger than the limit of " + LARGEST_FILE_BYTES + " bytes");
            }
            String text = Files.readString(file);
            return map(new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(text));
        } catch (IOException unreadable) {
            throw new ClientException("cannot read " + file + ": " + Text.reason(unreadable), unreadable);
        } catch (MarkedYamlEngineException broken) {
            String line = broken.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1))
                    .orElse("");
            throw new ClientException(file + line + ": not valid YAML");
        } catch (YamlEngineException broken) {
            throw new ClientException(file + ": not valid YAML");
        }
    }

    /** A YAML mapping by text; anything else counts as empty. */
    private static Map<String, Object> map(@Nullable Object value) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, each) -> {
                if (each != null) {
                    copy.put(String.valueOf(name), each);
                }
            });
        }
        return copy;
    }

    /** Lays {@code over} on {@code base}: mappings are merged, everything else is replaced. */
    private static void overlay(Map<String, Object> base, Map<String, Object> over) {
        over.forEach((name, value) -> {
            if (value instanceof Map<?, ?> && base.get(name) instanceof Map<?, ?>) {
                Map<String, Object> merged = map(base.get(name));
                overlay(merged, map(value));
                base.put(name, merged);
            } else {
                base.put(name, value);
            }
        });
    }
}
