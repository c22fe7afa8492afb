package glance.registry.sql;

import glance.fault.FailPoints;
import glance.metadef.MetadefRepository;
import glance.registry.remote.RegistryRpc;
import glance.registry.remote.RemoteRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The promises with each call and each result taken through its JSON form; tasks are asked directly. */
class RemoteDefinitionsTest implements DefinitionRules {
    private final SqlRegistry behind;
    private final RemoteRegistry remote;

    RemoteDefinitionsTest(@TempDir Path directory) {
        behind = SqlRegistry.open(
                DatabaseConfig.sqlite(directory.resolve("glance.sqlite")), InstantSource.system(), FailPoints.INERT);
        List<RegistryRpc.Commands> commands = List.of(RegistryRpc.portCalls(behind, behind.metadefs()));
        remote = new RemoteRegistry(batch -> RegistryRpc.answer(batch, commands));
    }

    @AfterEach
    void close() {
        behind.close();
    }

    @Override
    public SqlRegistry registry() {
        return behind;
    }

    @Override
    public MetadefRepository metadefs() {
        return remote.metadefs();
    }
}
