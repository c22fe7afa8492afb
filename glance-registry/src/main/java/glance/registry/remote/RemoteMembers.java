package glance.registry.remote;

import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
import glance.image.MemberRepository;
import glance.image.MemberStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class RemoteMembers implements MemberRepository {
    private final RemoteRegistry registry;

    RemoteMembers(RemoteRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<ImageMember> list(ImageId image) {
        return registry.many(new RegistryCall.ListMembers(image), ImageMember.class);
    }

    @Override
    public Optional<ImageMember> find(ImageId image, String member) {
        ImageMember found = registry.found(new RegistryCall.FindMember(image, member), Shape.of(ImageMember.class));
        return Optional.ofNullable(found);
    }

    @Override
    public ImageMember add(ImageId image, String member, int quota) {
        return registry.one(new RegistryCall.AddMember(image, member, quota), ImageMember.class);
    }

    @Override
    public void share(ImageId image, List<MemberGrant> grants, boolean alone, int quota) {
        registry.run(new RegistryCall.ShareImage(image, grants, alone, quota));
    }

    @Override
    public List<ImageMember> of(String member, @Nullable String owner, int limit) {
        return registry.many(new RegistryCall.MembershipsOf(member, owner, limit), ImageMember.class);
    }

    @Override
    public ImageMember setStatus(ImageId image, String member, MemberStatus status) {
        return registry.one(new RegistryCall.SetMemberStatus(image, member, status), ImageMember.class);
    }

    @Override
    public void remove(ImageId image, String member) {
        registry.run(new RegistryCall.RemoveMember(image, member));
    }
}
