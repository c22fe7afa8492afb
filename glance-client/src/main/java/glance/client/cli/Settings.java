package glance.client.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The global options with everything that can stand in for them: the command line wins, then the chosen cloud of
 * clouds.yaml, then the environment. With a cloud chosen by name the environment's login is not mixed into it.
 *
 * @param cloud values of the chosen cloud by option name; null when there is none
 */
record Settings(Arguments line, @Nullable Map<String, String> cloud, Terminal terminal) {
    /** Environment variables that still count beside a chosen cloud: they say how to reach a service, not who asks. */
    private static boolean neutral(String option) {
        return switch (option) {
            case "--os-cacert", "--os-cert", "--os-key", "--os-image-url" -> true;
            default -> false;
        };
    }

    @Nullable
    String get(String option) {
        String word = line.text(option);
        if (word != null && !word.isEmpty()) {
            return word;
        }
        if (cloud != null) {
            String value = cloud.get(option);
            if (value != null) {
                return value;
            }
            if (!neutral(option)) {
                return null;
            }
        }
        if (!option.startsWith("--os-")) {
            return null;
        }
        String value = terminal.variable(GlobalOptions.variable(option));
        return value != null ? value : terminal.variable(older(option));
    }

    String or(String option, String otherwise) {
        String value = get(option);
        return value == null ? otherwise : value;
    }

    /** The variables' names before projects were called projects. */
    private static String older(String option) {
        return switch (option) {
            case "--os-project-id" -> "OS_TENANT_ID";
            case "--os-project-name" -> "OS_TENANT_NAME";
            case "--os-auth-token" -> "OS_TOKEN";
            default -> "";
        };
    }
}
