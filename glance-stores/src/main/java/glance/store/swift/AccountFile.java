package glance.store.swift;

import glance.config.ConfigException;
import glance.config.IniFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@code swift_store_config_file}: a section per account, whose name is what locations say. Values may stand in
 * quotes; {@code %%} is a percent sign. A section that cannot be used is left out with an error in the log.
 */
final class AccountFile {
    private static final Logger LOG = LoggerFactory.getLogger(AccountFile.class);

    private AccountFile() {}

    /**
     * The accounts by their reference.
     *
     * @throws ConfigException when the file cannot be read, or a lone percent sign stands in it
     */
    static Map<String, SwiftAccount> read(Path file) {
        Map<String, SwiftAccount> accounts = new LinkedHashMap<>();
        for (IniFile.Block block : IniFile.read(file).sections()) {
            Map<String, String> values = new HashMap<>();
            boolean usable = true;
            for (IniFile.Entry entry : block.entries()) {
                Optional<String> value = unquoted(plain(file, block, entry.value()));
                usable &= value.isPresent();
                value.ifPresent(text -> values.put(entry.key(), text));
            }
            SwiftAccount account = usable ? account(values) : null;
            if (account == null) {
                LOG.error(
                        "account is left out: it needs auth_address, and user (project:user) with key or an application"
                                + " credential, without open quotes file={} reference={}",
                        file,
                        block.name());
            } else {
                accounts.put(block.name(), account);
            }
        }
        return accounts;
    }

    private static String plain(Path file, IniFile.Block block, String text) {
        if (text.replace("%%", "").contains("%")) {
            throw new ConfigException(
                    "file " + file + ", section [" + block.name() + "]: a percent sign must be written twice");
        }
        return text.replace("%%", "%");
    }

    private static Optional<String> unquoted(String text) {
        if (text.isEmpty() || (text.charAt(0) != '\'' && text.charAt(0) != '"')) {
            return Optional.of(text);
        }
        char quote = text.charAt(0);
        return text.length() > 1 && text.charAt(text.length() - 1) == quote
                ? Optional.of(text.substring(1, text.length() - 1))
                : Optional.empty();
    }

    private static @Nullable SwiftAccount account(Map<String, String> values) {
        String address = values.getOrDefault("auth_address", "");
        String user = values.getOrDefault("user", "");
        String key = values.getOrDefault("key", "");
        String id = values.getOrDefault("application_credential_id", "");
        String secret = values.getOrDefault("application_credential_secret", "");
        boolean credential = !id.isEmpty() && !secret.isEmpty();
        boolean password = user.chars().filter(one -> one == ':').count() == 1 && !key.isEmpty();
        if (address.isEmpty() || !(credential || password)) {
            return null;
        }
        return new SwiftAccount(
                address,
                values.getOrDefault("auth_version", "3").equals("1")
                        ? SwiftAccount.Version.V1
                        : SwiftAccount.Version.V3,
                credential ? "" : user,
                credential ? "" : key,
                credential ? Optional.of(new SwiftAccount.Credential(id, secret)) : Optional.empty(),
                domain(values, "user_domain"),
                domain(values, "project_domain"));
    }

    private static SwiftAccount.Domain domain(Map<String, String> values, String kind) {
        String id = values.getOrDefault(kind + "_id", "");
        String name = values.getOrDefault(kind + "_name", "");
        if (!id.isEmpty()) {
            return new SwiftAccount.Domain(true, id);
        }
        return name.isEmpty() ? SwiftAccount.Domain.DEFAULT : new SwiftAccount.Domain(false, name);
    }
}
