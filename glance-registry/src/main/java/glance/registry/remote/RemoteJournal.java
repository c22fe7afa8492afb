package glance.registry.remote;

import glance.image.DataIntent;
import glance.image.DataJournal;
import glance.image.ImageId;
import java.time.Duration;
import java.util.List;

final class RemoteJournal implements DataJournal {
    private final RemoteRegistry registry;

    RemoteJournal(RemoteRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<DataIntent> abandoned(String worker, Duration lease) {
        return registry.many(new RegistryCall.AbandonedIntents(worker, lease), DataIntent.class);
    }

    @Override
    public List<DataIntent> open() {
        return registry.many(new RegistryCall.OpenIntents(), DataIntent.class);
    }

    @Override
    public List<DataIntent> open(ImageId image) {
        return registry.many(new RegistryCall.OpenIntentsOf(image), DataIntent.class);
    }

    @Override
    public void renew(String worker) {
        registry.run(new RegistryCall.RenewIntents(worker));
    }

    @Override
    public void close(DataIntent intent) {
        registry.run(new RegistryCall.CloseIntent(intent));
    }
}
