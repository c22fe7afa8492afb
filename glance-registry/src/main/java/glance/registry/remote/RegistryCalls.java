package glance.registry.remote;

import glance.error.GlanceException;
import glance.image.DataIntent;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.Registry;
import glance.metadef.MetadefRepository;
import glance.registry.remote.RegistryCall.Discard;
import glance.registry.remote.RegistryCall.MetadefCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The daemon's side of the calls. Thread-safe as the registry below it is. */
public final class RegistryCalls {
    private final Registry registry;
    private final MetadefCalls metadefs;

    public RegistryCalls(Registry registry, MetadefRepository metadefs) {
        this.registry = registry;
        this.metadefs = new MetadefCalls(metadefs);
    }

    /**
     * Runs one call.
     *
     * @return its result, null when there is none
     * @throws GlanceException as the port method says
     */
    public @Nullable Object answer(RegistryCall call) {
        return switch (call) {
            case RegistryCall.GetImage get -> registry.images().get(get.id(), get.scope());
            case RegistryCall.GetImageEver get -> registry.images().getEver(get.id(), get.scope());
            case RegistryCall.ListImages list -> registry.images().list(list.query(), list.scope());
            case RegistryCall.CreateImage create -> registry.images().create(create.image());
            case RegistryCall.UpdateImage update ->
                registry.images().update(update.id(), update.change(), update.guard());
            case RegistryCall.DeleteImage delete ->
                registry.images()
                        .delete(
                                delete.id(),
                                delete.guard(),
                                (image, location) -> discard(image, location, delete.discards()));
            case RegistryCall.RetireImage retire -> {
                registry.images().retire(retire.id(), retire.guard());
                yield null;
            }
            case RegistryCall.ImagesWithStatus with -> registry.images().withStatus(with.status());
            case RegistryCall.UsageOf usage -> registry.images().usage(usage.owner());
            case RegistryCall.ListMembers list -> registry.members().list(list.image());
            case RegistryCall.FindMember find ->
                registry.members().find(find.image(), find.member()).orElse(null);
            case RegistryCall.AddMember add -> registry.members().add(add.image(), add.member(), add.quota());
            case RegistryCall.ShareImage share -> {
                registry.members().share(share.image(), share.grants(), share.alone(), share.quota());
                yield null;
            }
            case RegistryCall.MembershipsOf of -> registry.members().of(of.member(), of.owner(), of.limit());
            case RegistryCall.SetMemberStatus set ->
                registry.members().setStatus(set.image(), set.member(), set.status());
            case RegistryCall.RemoveMember remove -> {
                registry.members().remove(remove.image(), remove.member());
                yield null;
            }
            case RegistryCall.AbandonedIntents abandoned ->
                registry.journal().abandoned(abandoned.worker(), abandoned.lease());
            case RegistryCall.OpenIntents _ -> registry.journal().open();
            case RegistryCall.OpenIntentsOf of -> registry.journal().open(of.image());
            case RegistryCall.RenewIntents renew -> {
                registry.journal().renew(renew.worker());
                yield null;
            }
            case RegistryCall.CloseIntent close -> {
                registry.journal().close(close.intent());
                yield null;
            }
            case RegistryCall.CheckHealth _ -> registry.health();
            case MetadefCall about -> metadefs.answer(about);
        };
    }

    // Thrown inside the transaction, which it rolls back: the caller reads the locations again.
    private static @Nullable DataIntent discard(ImageId image, ImageLocation location, List<Discard> discards) {
        for (Discard discard : discards) {
            if (discard.location().id() == location.id()
                    && discard.location().at().url().equals(location.at().url())) {
                return discard.intent();
            }
        }
        throw new GlanceException.Conflict("The locations of image " + image + " have changed");
    }
}
