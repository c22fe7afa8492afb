package glance.registry.remote;

import glance.error.GlanceException;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageQuery;
import glance.image.ImageRepository;
import glance.image.ImageStatus;
import glance.image.Page;
import glance.image.Scope;
import glance.registry.remote.RegistryCall.Discard;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class RemoteImages implements ImageRepository {
    /** A delete whose image changes its locations more often than this meanwhile is refused. */
    private static final int DELETE_ATTEMPTS = 5;

    private final RemoteRegistry registry;

    RemoteImages(RemoteRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Image get(ImageId id, Scope scope) {
        return registry.one(new RegistryCall.GetImage(id, scope), Image.class);
    }

    @Override
    public Image getEver(ImageId id, Scope scope) {
        return registry.one(new RegistryCall.GetImageEver(id, scope), Image.class);
    }

    @Override
    public Page<Image> list(ImageQuery query, Scope scope) {
        return registry.required(new RegistryCall.ListImages(query, scope), Shape.pageOf(Image.class));
    }

    @Override
    public Image create(Image image) {
        return registry.one(new RegistryCall.CreateImage(image), Image.class);
    }

    @Override
    public Image update(ImageId id, ImageChange change, Guard guard) {
        return registry.one(new RegistryCall.UpdateImage(id, change, guard), Image.class);
    }

    /** Which store holds a location only this side knows, so the locations are read first and checked by the delete. */
    @Override
    public List<DataIntent> delete(ImageId id, Guard guard, IntentOf owner) {
        List<ImageLocation> locations = get(id, Scope.EVERYTHING).locations();
        for (int attempt = 1; ; attempt++) {
            List<Discard> discards = locations.stream()
                    .map(location -> new Discard(location, owner.discard(id, location)))
                    .toList();
            try {
                return registry.many(new RegistryCall.DeleteImage(id, guard, discards), DataIntent.class);
            } catch (GlanceException.Conflict refused) {
                List<ImageLocation> now = get(id, Scope.EVERYTHING).locations();
                if (now.equals(locations) || attempt == DELETE_ATTEMPTS) {
                    throw refused;
                }
                locations = now;
            }
        }
    }

    @Override
    public void retire(ImageId id, Guard guard) {
        registry.run(new RegistryCall.RetireImage(id, guard));
    }

    @Override
    public List<ImageId> withStatus(ImageStatus status) {
        return registry.many(new RegistryCall.ImagesWithStatus(status), ImageId.class);
    }

    @Override
    public Usage usage(@Nullable String owner) {
        return registry.one(new RegistryCall.UsageOf(owner), Usage.class);
    }
}
