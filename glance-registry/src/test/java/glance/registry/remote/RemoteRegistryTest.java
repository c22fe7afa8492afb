package glance.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.image.ImageQuery;
import glance.image.Registry;
import glance.image.Scope;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.SqlRegistry;
import glance.testkit.registry.RegistryContract;
import glance.testkit.registry.SettableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every promise of the ports, with each call and each result taken through its JSON form. */
class RemoteRegistryTest implements RegistryContract {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.678901Z"));
    private final SqlRegistry behind;
    private final Registry registry;

    RemoteRegistryTest(@TempDir Path directory) {
        behind = SqlRegistry.open(DatabaseConfig.sqlite(directory.resolve("glance.sqlite")), clock, FailPoints.INERT);
        List<RegistryRpc.Commands> commands = List.of(RegistryRpc.portCalls(behind, behind.metadefs()));
        registry = new RemoteRegistry(batch -> RegistryRpc.answer(batch, commands));
    }

    @AfterEach
    void close() {
        behind.close();
    }

    @Override
    public Registry registry() {
        return registry;
    }

    @Override
    public SettableClock clock() {
        return clock;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "[1,2]", "<html>", "[\"text\"]", "[{\"items\":5}]", "[null]"})
    void anAnswerThatIsNoPageIsUnavailable(String answer) {
        Registry odd = new RemoteRegistry(batch -> answer.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> odd.images().list(ImageQuery.firstPage(1), Scope.EVERYTHING))
                .isInstanceOf(GlanceException.Unavailable.class)
                .hasMessage("The registry's answer cannot be read");
    }

    @Test
    void aRegistryThatIsAwayIsUnhealthyAndSaysWhy() {
        Registry away = new RemoteRegistry(batch -> {
            throw new GlanceException.Unavailable("no answer");
        });
        assertThat(away.health().up()).isFalse();
        assertThat(away.health().reason()).isEqualTo("registry: no answer");
    }
}
