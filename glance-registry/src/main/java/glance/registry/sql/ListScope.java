package glance.registry.sql;

import glance.image.Attribute;
import glance.image.ImageQuery;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.MemberStatus;
import glance.image.Scope;
import glance.image.Visibility;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which images a caller may list, as SQL: the caller's scope and the visibility parameter together, once as one condition
 * and once as disjoint branches. An image without owner is nobody's own; a caller without project owns nothing.
 */
final class ListScope {
    private final VisibilityFilter visibility;
    private final boolean admin;
    private final @Nullable String project;
    private final @Nullable MemberStatus memberStatus;
    private final Conditions conditions;
    private final String visibilityColumn;
    private final String ownerColumn;

    ListScope(ImageQuery query, Scope scope, Conditions conditions) {
        String given = scope.project();
        this.visibility = query.visibility();
        this.admin = scope.admin();
        this.project = given == null || given.isEmpty() ? null : given;
        this.memberStatus = query.memberStatus();
        this.conditions = conditions;
        this.visibilityColumn = conditions.column(Attribute.VISIBILITY, false);
        this.ownerColumn = conditions.column(Attribute.OWNER, false);
    }

    /** As one condition, which no index shall answer. */
    SqlText whole() {
        SqlText condition = parameter();
        if (!admin) {
            condition.add(" AND (" + visibilityColumn + " IN ('public', 'community')");
            if (project != null) {
                condition.add(" OR ").add(conditions.equal(ownerColumn, project));
                condition
                        .add(" OR (" + visibilityColumn + " = 'shared' AND EXISTS (SELECT 1")
                        .add(memberships())
                        .add(" AND m.image_id = i.id))");
            }
            condition.add(")");
        }
        return condition;
    }

    private SqlText parameter() {
        return switch (visibility) {
            case VisibilityFilter.All ignored -> new SqlText("1 = 1");
            case VisibilityFilter.NotPublic ignored -> new SqlText(visibilityColumn + " <> 'public'");
            case VisibilityFilter.Only only ->
                new SqlText(visibilityColumn + " = ?", only.visibility().wire());
            case VisibilityFilter.Default ignored -> {
                SqlText condition = new SqlText("(" + visibilityColumn + " <> 'community'");
                if (project != null) {
                    condition.add(" OR ").add(conditions.equal(ownerColumn, project));
                }
                yield condition.add(")");
            }
        };
    }

    /**
     * One disjoint set of images.
     *
     * @param lead the column whose one value all of them have and whose index leads to them, or null
     * @param value that value
     * @param joined a subquery of image ids that leads to them instead, or null
     * @param rest what else they have in common, as conditions that no index shall answer, each beginning with AND
     */
    record Branch(
            @Nullable Attribute lead,
            String value,
            @Nullable SqlText joined,
            SqlText rest) {}

    /** Own images, public and community ones of others, and those shared by others; or all, for administrators. */
    List<Branch> branches() {
        if (admin) {
            return ofAll();
        }
        List<Branch> branches = new ArrayList<>();
        if (project != null) {
            SqlText rest = keepsSome() ? new SqlText(" AND ").add(parameter()) : new SqlText("");
            branches.add(new Branch(Attribute.OWNER, project, null, rest));
        }
        if (keeps(Visibility.PUBLIC)) {
            branches.add(new Branch(Attribute.VISIBILITY, Visibility.PUBLIC.wire(), null, ofOthers()));
        }
        if (keeps(Visibility.COMMUNITY) && !(visibility instanceof VisibilityFilter.Default)) {
            branches.add(new Branch(Attribute.VISIBILITY, Visibility.COMMUNITY.wire(), null, ofOthers()));
        }
        if (project != null && keeps(Visibility.SHARED)) {
            branches.add(new Branch(
                    null,
                    "",
                    new SqlText("SELECT DISTINCT m.image_id").add(memberships()),
                    ofOthers().add(" AND " + visibilityColumn + " = 'shared'")));
        }
        return branches;
    }

    /** An administrator's: one walk over all, or one for each visibility when only some are kept. */
    private List<Branch> ofAll() {
        if (!keepsSome()) {
            return List.of(new Branch(null, "", null, new SqlText(" AND ").add(parameter())));
        }
        return Arrays.stream(Visibility.values())
                .filter(this::keeps)
                .map(kept -> new Branch(Attribute.VISIBILITY, kept.wire(), null, new SqlText("")))
                .toList();
    }

    private SqlText ofOthers() {
        return project == null
                ? new SqlText("")
                : new SqlText(" AND (" + ownerColumn + " IS NULL OR NOT ")
                        .add(conditions.equal(ownerColumn, project))
                        .add(")");
    }

    private boolean keeps(Visibility one) {
        return switch (visibility) {
            case VisibilityFilter.Only only -> only.visibility() == one;
            case VisibilityFilter.NotPublic ignored -> one != Visibility.PUBLIC;
            case VisibilityFilter.Default ignored -> true;
            case VisibilityFilter.All ignored -> true;
        };
    }

    /** Whether some visibilities are left out whoever owns the image. */
    private boolean keepsSome() {
        return !Arrays.stream(Visibility.values()).allMatch(this::keeps);
    }

    /** FROM and WHERE of the project's live memberships that count. */
    private SqlText memberships() {
        SqlText memberships = new SqlText(" FROM image_members m WHERE ")
                .add(conditions.equal("m.member", String.valueOf(project)))
                .add(" AND m.deleted = FALSE");
        return memberStatus == null ? memberships : memberships.add(" AND m.status = ?", memberStatus.wire());
    }
}
